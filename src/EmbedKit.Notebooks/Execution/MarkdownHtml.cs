using Markdig;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;

namespace EmbedKit.Notebooks.Execution;

/// <summary>Markdown as HTML: tables, footnotes, heading anchors, and HTML inside it (folded solutions) as it stands; C# blocks are coloured.</summary>
internal static class MarkdownHtml
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables().UseFootnotes().UseAutoIdentifiers().UseEmphasisExtras().UseTaskLists().UseGenericAttributes().UseAutoLinks().Build();

    internal static string Render(string markdown)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var renderer = new HtmlRenderer(writer);
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.Replace<CodeBlockRenderer>(new CSharpBlockRenderer());
        renderer.Render(Markdown.Parse(markdown, Pipeline));
        return writer.ToString();
    }

    private sealed class CSharpBlockRenderer : HtmlObjectRenderer<CodeBlock>
    {
        private readonly CodeBlockRenderer _other = new();

        protected override void Write(HtmlRenderer renderer, CodeBlock obj)
        {
            if (obj is FencedCodeBlock { Info: "csharp" or "cs" or "c#" })
            {
                renderer.Write("<pre class=\"code\"><code>").Write(CSharpHtml.Render(obj.Lines.ToString())).WriteLine("</code></pre>");
            }
            else
            {
                _other.Write(renderer, obj);
            }
        }
    }
}
