using System.Net;
using System.Text;
using EmbedKit.Notebooks.Session;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace EmbedKit.Notebooks.Execution;

/// <summary>C# as HTML with its keywords, strings, numbers and comments marked, by Roslyn's own tokens.</summary>
internal static class CSharpHtml
{
    internal static string Render(string code)
    {
        if (CodeDepth.IsHopeless(code))
        {
            return WebUtility.HtmlEncode(code);
        }

        var html = new StringBuilder();
        var options = CSharpParseOptions.Default.WithKind(SourceCodeKind.Script);
        foreach (var token in CSharpSyntaxTree.ParseText(code, options).GetRoot().DescendantTokens(descendIntoTrivia: false))
        {
            AppendTrivia(html, token.LeadingTrivia);
            Append(html, token.Text, Kind(token));
            AppendTrivia(html, token.TrailingTrivia);
        }

        return html.ToString();
    }

    private static void AppendTrivia(StringBuilder html, SyntaxTriviaList list)
    {
        foreach (var trivia in list)
        {
            Append(html, trivia.ToFullString(), trivia.IsDirective ? "k" : trivia.ToString() is ['/', '/' or '*', ..] ? "c" : null);
        }
    }

    private static string? Kind(SyntaxToken token) => token.Kind() switch
    {
        SyntaxKind.NumericLiteralToken => "n",
        SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken or SyntaxKind.SingleLineRawStringLiteralToken
            or SyntaxKind.MultiLineRawStringLiteralToken
            or SyntaxKind.Utf8StringLiteralToken or SyntaxKind.InterpolatedStringStartToken or SyntaxKind.InterpolatedStringTextToken
            or SyntaxKind.InterpolatedStringEndToken or SyntaxKind.InterpolatedVerbatimStringStartToken
            or SyntaxKind.InterpolatedSingleLineRawStringStartToken
            or SyntaxKind.InterpolatedMultiLineRawStringStartToken or SyntaxKind.InterpolatedRawStringEndToken => "s",
        _ when token.IsKeyword() || token.IsContextualKeyword() || token is { Text: "var" or "record" or "await" } => "k",
        _ => null,
    };

    private static void Append(StringBuilder html, string text, string? kind)
    {
        if (text.Length > 0)
        {
            var encoded = WebUtility.HtmlEncode(text);
            html.Append(kind is null ? encoded : $"<span class=\"{kind}\">{encoded}</span>");
        }
    }
}
