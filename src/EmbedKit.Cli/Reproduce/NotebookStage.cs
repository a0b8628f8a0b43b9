using EmbedKit.Cli.Terminal;
using EmbedKit.Demo;
using EmbedKit.Experiments;
using EmbedKit.Notebooks.Execution;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Reproduce;

/// <summary>Executes the numbered notebooks on the run's own results.</summary>
internal static class NotebookStage
{
    /// <returns>The executed notebooks and their pages; none for a user's own data, which the notebooks' text does not fit.</returns>
    /// <exception cref="InvalidOperationException">A notebook failed; the message names file, line and cell.</exception>
    internal static IReadOnlyList<string> Run(Reproduction run)
    {
        if (!run.Plan.Data.Synthetic)
        {
            return [];
        }

        var notebooks = Directory.EnumerateFiles(RepositoryFolder.Find("notebooks"), "*.dib").Order(StringComparer.Ordinal).ToArray();
        var options = new NotebookRunOptions
        {
            // Executed where they will lie, so that what they name is found from there, also when the run's folder has moved.
            WorkingDirectory = run.NotebookFolder(),
            Parameters = new Dictionary<string, string>
            {
                ["Results"] = "..",
                ["Quick"] = run.Plan == DemoPlan.Quick ? "true" : "false",
                ["Seed"] = run.Random.RootSeed.ToString(System.Globalization.CultureInfo.InvariantCulture),
            },
        };
        var written = new List<string>();
        using var cells = NotebookCells.Process();
        for (var i = 0; i < notebooks.Length; i++)
        {
            run.Progress?.Report(new("notebooks", i, notebooks.Length));
            var executed = NotebookRunner.Run(notebooks[i], options, cells, null, run.Cancellation);
            written.AddRange(NotebookFiles.Write(executed, run.NotebookFolder(), new()));
            if (executed.Failure is { } failure)
            {
                throw new InvalidOperationException(failure.ToString());
            }
        }

        run.Progress?.Report(new("notebooks", notebooks.Length, notebooks.Length));
        return written;
    }
}
