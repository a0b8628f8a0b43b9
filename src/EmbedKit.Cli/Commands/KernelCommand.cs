using System.CommandLine;
using EmbedKit.Cli.Terminal;
using EmbedKit.Notebooks.Kernel;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit kernel install|run</c>.</summary>
internal static class KernelCommand
{
    internal static Command Create() => new("kernel", "The Jupyter kernel for C# with EmbedKit.") { Install(), Run() };

    private static Command Install()
    {
        var user = new Option<bool>("--user") { Description = "For the current user; this is the default." };
        var prefix = new Option<string>("--prefix") { Description = "Into DIR/share/jupyter instead, e.g. a virtual environment." };
        return Verb.Create("install", "Let JupyterLab and VS Code find the kernel.", [user, prefix], context =>
        {
            var folder = context.Arguments.GetValue(prefix) is { } given ? Path.Combine(Path.GetFullPath(given), "share", "jupyter")
                : KernelSpec.UserFolder;
            var written = KernelSpec.Install(folder, ThisProgram.Command);
            context.Out.WriteLine("Choose the kernel \"EmbedKit (C#)\" in JupyterLab or VS Code.");
            return new([written]);
        });
    }

    private static Command Run()
    {
        var connection = new Option<string>("--connection-file") { Description = "The file that the Jupyter client wrote.", Required = true };
        return Verb.Create("run", "Serve one Jupyter client; started by it.", [connection], context =>
        {
            JupyterKernel.Run(context.Arguments.GetRequiredValue(connection), context.Cancellation);

            // A thread that a cell started would keep the process.
            Interruption.Leave(ExitCode.Done);
            return new([]);
        });
    }
}
