using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;

namespace EmbedKit.Notebooks.Session;

/// <summary>Cells that are text to be shown as Markdown.</summary>
/// <param name="name">The language's name.</param>
/// <param name="markdown">The text as Markdown.</param>
internal sealed class ShownTextKernel(string name, Func<string, string> markdown)
    : Microsoft.DotNet.Interactive.Kernel(name), IKernelCommandHandler<SubmitCode>
{
    Task IKernelCommandHandler<SubmitCode>.HandleAsync(SubmitCode command, KernelInvocationContext context)
    {
        context.DisplayAs(markdown(command.Code), "text/markdown");
        return Task.CompletedTask;
    }

    /// <summary>A diagram's source: the engine's own view loads what draws it from the network.</summary>
    internal static string OfDiagram(string text) =>
        $"```mermaid\n{text}\n```\n\nThe source of a Mermaid diagram, which nothing here draws: its script would come from the network.";
}
