using System.Diagnostics;
using EmbedKit.Benchmarking;
using EmbedKit.Experiments;
using EmbedKit.Protocols;
using EmbedKit.Report;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Reproduce;

/// <summary>Asks a run for everything, stage by stage, and writes its page.</summary>
internal static class ReproductionPage
{
    /// <param name="run">The run.</param>
    /// <param name="command">How to make it again.</param>
    /// <param name="protocol">Whether to measure what each leak is worth.</param>
    /// <returns>The files to name to the user.</returns>
    internal static IReadOnlyList<string> Write(Reproduction run, string command, bool protocol)
    {
        var clock = Stopwatch.StartNew();
        var seconds = new Dictionary<string, double>();
        void Stage(string name, Action work)
        {
            var from = clock.Elapsed;
            work();
            seconds[name] = Math.Round((clock.Elapsed - from).TotalSeconds, 1);
        }

        var published = PublishedNumbers.Load();
        Stage("data", () => run.Plan.Tasks.Select(t => t.Dataset).Distinct().ToList().ForEach(d => run.Labels(d)));
        Stage("embeddings", () => Embed(run));
        var experiments = Experiment.Of(run, published, protocol);
        foreach (var experiment in experiments)
        {
            Stage(experiment.Name, experiment.Measure);
        }

        IReadOnlyList<string> notebooks = [];
        Stage("notebooks", () => notebooks = NotebookStage.Run(run));

        AtomicFile.WriteText(run.SummaryPath(), string.Concat(experiments.Select(e => e.Summary)));
        JsonStyle.Write(run.TimingPath(), seconds);
        ReportPage.Write(run.PagePath(), new()
        {
            Title = "Embedding alignment for image and text: published, reproduced, leak-free",
            Provenance = run.Plan.Provenance,
            Summary =
            [
                "This page reruns the experiments of “Multimodal Deep Learning for Low-Resource Settings: A Vector Embedding Alignment Approach "
                    + "for Healthcare Applications” (arXiv 2406.02601) and sets three numbers side by side: as published, with its source; "
                    + "reproduced here by the same protocol, its leaks included; and leak-free, where nothing of the test rows reaches training or "
                    + "selection.",
                run.Plan.Data.Synthetic
                    ? "Data and encoders of this run are synthetic and tiny: the numbers show what the method does in this small world, and are "
                        + "not comparable with the published ones in size. Nothing here is for medical use."
                    : "The encoders of this run are the kit's tiny ones, trained on synthetic data. Nothing here is for medical use.",
            ],
            Run = new(MachineDescription.Current(), run.Random.RootSeed, clock.Elapsed.TotalMinutes, command),
            Sections = [.. experiments.SelectMany(e => e.Sections())],
            Files =
            [
                .. notebooks.Where(f => f.EndsWith(".html", StringComparison.Ordinal))
                    .Select(f => new ReportLink($"notebook {Path.GetFileNameWithoutExtension(f)}", run.Link(f))),
                .. notebooks.Where(f => f.EndsWith(".ipynb", StringComparison.Ordinal)).Select(f => new ReportLink(Path.GetFileName(f), run.Link(f))),
                new("summary.md: the results as README has them", run.Link(run.SummaryPath())),
                new("timing.json: seconds a stage", run.Link(run.TimingPath())),
                new("run.json: options of this run", RunFolder.FileName),
            ],
        });
        return [run.PagePath(), run.SummaryPath(), .. experiments.SelectMany(e => e.MainFiles), .. notebooks];
    }

    private static void Embed(Reproduction run)
    {
        foreach (var dataset in run.Plan.Tasks.Select(t => t.Dataset).Distinct())
        {
            foreach (var encoder in run.Plan.Encoders)
            {
                foreach (var protocol in Enum.GetValues<Protocol>())
                {
                    run.Embeddings(dataset, encoder, protocol);
                }
            }
        }
    }
}
