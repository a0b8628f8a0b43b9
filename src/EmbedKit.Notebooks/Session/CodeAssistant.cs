using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EmbedKit.Notebooks.Session;

/// <summary>Completion and documentation for a cell being written, from what the session knows.</summary>
internal sealed partial class CodeAssistant(NotebookSession session)
{
    private const int MaxMatches = 200;
    internal static readonly CSharpParseOptions Script = CSharpParseOptions.Default.WithKind(SourceCodeKind.Script);

    /// <summary>Whether the text is a whole submission, or one that goes on in the next line.</summary>
    internal static bool IsComplete(string code) =>
        SyntaxFactory.IsCompleteSubmission(CSharpSyntaxTree.ParseText(Directives().Replace(code, ""), Script));

    /// <summary>Jupyter counts characters in Unicode code points; .NET in UTF-16 units.</summary>
    internal static int Position(string code, int codePoints) => code.EnumerateRunes().Take(codePoints).Sum(r => r.Utf16SequenceLength);

    /// <summary>The way back.</summary>
    internal static int CodePoints(string code, int position) => code[..position].EnumerateRunes().Count();

    /// <summary>What may stand at a position.</summary>
    /// <param name="code">The cell.</param>
    /// <param name="position">The cursor.</param>
    /// <returns>The part to replace, and what by.</returns>
    internal (int Start, int End, IReadOnlyList<string> Matches) Complete(string code, int position)
    {
        var start = position;
        while (start > 0 && SyntaxFacts.IsIdentifierPartCharacter(code[start - 1]))
        {
            start--;
        }

        var model = Model(code);
        var prefix = code[start..position];
        var dot = start - 1;
        while (dot >= 0 && char.IsWhiteSpace(code[dot]))
        {
            dot--;
        }

        var names = dot >= 0 && code[dot] == '.'
            ? Members(model, dot)
            : model.LookupSymbols(start).Select(s => s.Name).Concat(SyntaxFacts.GetKeywordKinds().Select(SyntaxFacts.GetText));
        return (start, position, [.. names.Where(n => n.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && SyntaxFacts.IsValidIdentifier(n))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.OrdinalIgnoreCase).Take(MaxMatches)]);
    }

    /// <summary>Signature and summary of what stands at a position, or null.</summary>
    /// <param name="code">The cell.</param>
    /// <param name="position">The cursor.</param>
    internal string? Inspect(string code, int position)
    {
        var model = Model(code);
        var root = model.SyntaxTree.GetRoot();
        var token = root.FindToken(Math.Min(position, Math.Max(0, code.Length - 1)));
        if (!token.IsKind(SyntaxKind.IdentifierToken) && position > 0)
        {
            token = root.FindToken(position - 1);
        }

        if (token.Parent is not { } node)
        {
            return null;
        }

        var info = model.GetSymbolInfo(node);
        var symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault() ?? model.GetDeclaredSymbol(node);
        if (symbol is null)
        {
            return null;
        }

        var text = new StringBuilder(symbol.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat));
        if (Summary(symbol) is { Length: > 0 } summary)
        {
            text.Append("\n\n").Append(summary);
        }

        return text.ToString();
    }

    private static string? Summary(ISymbol symbol)
    {
        var xml = symbol.GetDocumentationCommentXml();
        if (string.IsNullOrEmpty(xml))
        {
            return null;
        }

        var summary = XElement.Parse(xml).Element("summary");
        foreach (var reference in summary?.Descendants().Where(e => !e.Nodes().Any()).ToList() ?? [])
        {
            var name = (string?)reference.Attribute("cref") ?? (string?)reference.Attribute("name") ?? (string?)reference.Attribute("langword") ?? "";
            reference.ReplaceWith(name.Split(':', '.')[^1]);
        }

        return summary is null ? null : Spaces().Replace(summary.Value.Trim(), " ");
    }

    private static IEnumerable<string> Members(SemanticModel model, int dot)
    {
        var owner = model.SyntaxTree.GetRoot().FindToken(dot).Parent switch
        {
            MemberAccessExpressionSyntax access => access.Expression,
            QualifiedNameSyntax name => name.Left,
            MemberBindingExpressionSyntax { Parent.Parent: ConditionalAccessExpressionSyntax outer } => outer.Expression,
            MemberBindingExpressionSyntax { Parent: ConditionalAccessExpressionSyntax outer } => outer.Expression,
            _ => (SyntaxNode?)null,
        };
        if (owner is null)
        {
            return [];
        }

        if (model.GetSymbolInfo(owner).Symbol is INamespaceOrTypeSymbol container)
        {
            return model.LookupSymbols(dot, container).Where(s => s is INamespaceOrTypeSymbol || s.IsStatic).Select(s => s.Name);
        }

        return model.GetTypeInfo(owner).Type is { } type
            ? model.LookupSymbols(dot, type, includeReducedExtensionMethods: true).Where(s => !s.IsStatic && s is not ITypeSymbol).Select(s => s.Name)
            : [];
    }

    private SemanticModel Model(string code)
    {
        var plain = Directives().Replace(code, m => new string(' ', m.Length));
        var script = session.State.Script.ContinueWith<object>(plain, session.Options);
        var compilation = script.GetCompilation();
        return compilation.GetSemanticModel(compilation.SyntaxTrees.Single());
    }

    [GeneratedRegex(@"^#(!|r\s).*$", RegexOptions.Multiline)]
    private static partial Regex Directives();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
