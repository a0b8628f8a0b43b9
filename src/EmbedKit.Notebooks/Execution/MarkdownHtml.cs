using System.Globalization;
using System.Net;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;

namespace EmbedKit.Notebooks.Execution;

/// <summary>Markdown as HTML: tables, footnotes, heading anchors, and HTML inside it (folded solutions) as it stands; C# blocks are
/// coloured.</summary>
internal static class MarkdownHtml
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables().UseFootnotes().UseAutoIdentifiers().UseEmphasisExtras().UseTaskLists().UseGenericAttributes().UseAutoLinks().Build();

    /// <summary>Characters of a cell: some malformed text takes time that grows with the square of its length.</summary>
    private const int LargestCell = 200_000;

    internal static string Render(string markdown)
    {
        if (markdown.Length > LargestCell)
        {
            return Plain(
                markdown, $"This text of {markdown.Length.ToString("N0", CultureInfo.InvariantCulture)} characters is too long to be laid out.");
        }

        try
        {
            return Layout(markdown);
        }
        catch (ArgumentException)
        {
            // Markdig's limit on nesting.
            return Plain(markdown, "This text nests too deeply to be laid out.");
        }
    }

    private static string Plain(string text, string why) =>
        $"<p class=\"failure\">{why}</p>\n<pre tabindex=\"0\">{WebUtility.HtmlEncode(text[..Math.Min(text.Length, LargestCell)])}</pre>\n";

    private static string Layout(string markdown)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var renderer = new HtmlRenderer(writer);
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.Replace<CodeBlockRenderer>(new CSharpBlockRenderer());
        renderer.ObjectRenderers.Replace<HtmlTableRenderer>(new ScrollingTableRenderer());
        renderer.Render(Markdown.Parse(markdown, Pipeline));
        return writer.ToString();
    }

    private sealed class CSharpBlockRenderer : HtmlObjectRenderer<CodeBlock>
    {
        private readonly CodeBlockRenderer _other = new() { OutputAttributesOnPre = true };

        protected override void Write(HtmlRenderer renderer, CodeBlock obj)
        {
            if (obj is FencedCodeBlock { Info: "csharp" or "cs" or "c#" })
            {
                renderer.Write("<pre class=\"code\"><code>").Write(CSharpHtml.Render(obj.Lines.ToString())).WriteLine("</code></pre>");
            }
            else
            {
                // A diagram must not wrap; whoever scrolls by keyboard has to reach it.
                obj.GetAttributes().AddPropertyIfNotExist("tabindex", "0");
                _other.Write(renderer, obj);
            }
        }
    }

    /// <summary>A table in a region that scrolls by itself.</summary>
    private sealed class ScrollingTableRenderer : HtmlTableRenderer
    {
        protected override void Write(HtmlRenderer renderer, Table table)
        {
            renderer.Write("<div class=\"scroll\" role=\"region\" aria-label=\"Table\" tabindex=\"0\">");
            base.Write(renderer, table);
            renderer.WriteLine("</div>");
        }
    }
}
