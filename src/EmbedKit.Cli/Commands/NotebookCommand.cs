using System.CommandLine;
using EmbedKit.Charts;
using EmbedKit.Cli.Terminal;
using EmbedKit.Notebooks.Dib;
using EmbedKit.Notebooks.Execution;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit notebook run|export</c>.</summary>
internal static class NotebookCommand
{
    private static readonly Argument<string[]> Files = new("files") { Description = "Notebooks.", Arity = ArgumentArity.OneOrMore };

    internal static Command Create() => new("notebook", "Run notebooks (.dib, .ipynb) without any editor, or convert them.")
    {
        Run(), Export(), Cells(),
    };

    private static string RunFolderOf(ParseResult arguments) => arguments.GetValue<string>("--out") ?? Path.Combine("out", "notebooks");

    private static Command Run()
    {
        var folder = OutputOption.OptionalFolder("Folder for the executed .ipynb and .html files. By default out/notebooks.", RunFolderOf);
        var set = new Option<string[]>("--set") { Description = "name=value: a variable of the notebook; may be repeated." };
        var plotly = new Option<bool>("--plotly-js")
        {
            Description = $"Write plotly.js once, as {ChartHtml.ScriptFileName} in the output folder, instead of into every page.",
        };
        return Verb.Create(
            "run", "Run notebooks from top to bottom; writes .ipynb with outputs and an offline HTML page each.", [Files, folder, set, plotly],
            context =>
        {
            var output = RunFolderOf(context.Arguments);
            var options = new NotebookRunOptions { Parameters = Parameters(context.Arguments.GetValue(set) ?? []) };
            var shared = context.Arguments.GetValue(plotly);
            var written = new List<string>();
            if (shared)
            {
                written.Add(ChartHtml.WriteScript(output));
            }

            using var cells = NotebookCells.Process();
            foreach (var file in context.Arguments.GetRequiredValue(Files))
            {
                var executed = NotebookRunner.Run(file, options, cells, context.Progress, context.Cancellation);
                written.AddRange(NotebookFiles.Write(executed, output, new() { PlotlyScript = shared ? ChartHtml.ScriptFileName : null }));
                if (executed.Failure is { } failure)
                {
                    Console.Error.WriteLine($"embedkit: {failure}");
                    return new(
                        written,
                        new { files = written, failed = failure.File, cell = failure.Cell, line = failure.Line, error = failure.Error.Message },
                        ExitCode.Failed);
                }
            }

            return new(written);
        });
    }

    private static Command Cells()
    {
        var pipe = new Argument<string>("pipe") { Description = "The pipe on which cells come." };
        var command = Verb.Create(NotebookCells.Verb, "Run the cells of another process's notebook; started by it.", [pipe], context =>
        {
            CellServer.Run(context.Arguments.GetRequiredValue(pipe));

            // A cell may be at work, or have left a thread.
            Interruption.Leave(ExitCode.Done);
            return new([]);
        });
        command.Hidden = true;
        return command;
    }

    private static Command Export()
    {
        var to = new Option<string>("--to") { Description = "ipynb or dib; by default the other format." };
        to.AcceptOnlyFromAmong("ipynb", "dib");
        OutputOption? folder = null;
        string PathOf(ParseResult arguments, string file)
        {
            var target = arguments.GetValue(to) ?? (file.EndsWith(".ipynb", StringComparison.OrdinalIgnoreCase) ? "dib" : "ipynb");
            return Path.Combine(
                arguments.GetValue(folder!) ?? Path.GetDirectoryName(file) ?? "", Path.GetFileNameWithoutExtension(file) + "." + target);
        }

        folder = OutputOption.Of(
            "Folder to write to; by default beside the notebook.",
            arguments => (arguments.GetValue(Files) ?? []).Select(file => new OutputPlace(PathOf(arguments, file))));
        return Verb.Create("export", "Convert notebooks between .dib and .ipynb without running them.", [Files, to, folder], context =>
        {
            var written = new List<string>();
            foreach (var file in context.Arguments.GetRequiredValue(Files))
            {
                var notebook = NotebookFiles.Read(file);
                var path = PathOf(context.Arguments, file);
                if (Path.GetFullPath(path) == Path.GetFullPath(file))
                {
                    throw new InputException($"{file}: is already {Path.GetExtension(path)}; expected another format or --out with another folder.");
                }

                AtomicFile.WriteText(path, Path.GetExtension(path) == ".dib" ? DibWriter.ToText(notebook) : IpynbWriter.ToText(notebook));
                written.Add(path);
            }

            return new(written);
        });
    }

    private static Dictionary<string, string> Parameters(string[] settings)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var setting in settings)
        {
            var at = setting.IndexOf('=', StringComparison.Ordinal);
            if (at < 1 || !parameters.TryAdd(setting[..at], setting[(at + 1)..]))
            {
                throw new InputException(
                    $"--set {setting}: {(at < 1 ? "expected name=value" : "this name was set before; expected each name once")}.");
            }
        }

        return parameters;
    }
}
