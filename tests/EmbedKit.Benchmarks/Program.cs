using BenchmarkDotNet.Running;
using EmbedKit.Benchmarks.Inference;
using EmbedKit.Benchmarks.Preprocessing;

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
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}
