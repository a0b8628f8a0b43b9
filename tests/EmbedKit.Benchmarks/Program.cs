using BenchmarkDotNet.Running;
using EmbedKit.Benchmarks.Audit;
using EmbedKit.Benchmarks.Extraction;
using EmbedKit.Benchmarks.Growth;
using EmbedKit.Benchmarks.Inference;
using EmbedKit.Benchmarks.Loading;
using EmbedKit.Benchmarks.Preprocessing;
using EmbedKit.Benchmarks.Sweep;
using EmbedKit.Benchmarks.Training;

// Measurements against other processes, with reports of their own, run by name; everything else is BenchmarkDotNet's.
switch (args)
{
    case ["write-vit", .. var rest]:
        return RandomVit.Run(rest);
    case ["inference", .. var rest]:
        return InferenceComparison.Run(rest);
    case ["contestant", .. var rest]:
        return ContestantProcess.Run(rest);
    case ["int8-accuracy", .. var rest]:
        return Int8Accuracy.Run(rest);
    case ["preprocessing", .. var rest]:
        return PreprocessingComparison.Run(rest);
    case ["extraction-memory", .. var rest]:
        return ExtractionMemory.Run(rest);
    case ["extraction-speed", .. var rest]:
        return ExtractionSpeed.Run(rest);
    case ["sweep", .. var rest]:
        return SweepComparison.Run(rest);
    case ["sweep-contestant", .. var rest]:
        return SweepContestant.Run(rest);
    case ["load-csv-pair", .. var rest]:
        return LoadingComparison.Run(rest);
    case ["load-contestant", .. var rest]:
        return LoadingComparison.RunContestant(rest);
    case ["growth", .. var rest]:
        return GrowthCurve.Run(rest);
    case ["growth-contestant", .. var rest]:
        return GrowthContestant.Run(rest);
    case ["audit", .. var rest]:
        return AuditCost.Run(rest);
    case ["training-step", .. var rest]:
        return StepComparison.Run(rest);
    case ["training-step-contestant", .. var rest]:
        return StepComparison.RunContestant(rest);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}
