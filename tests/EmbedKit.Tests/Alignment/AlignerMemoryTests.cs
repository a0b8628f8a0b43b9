using System.Diagnostics;
using EmbedKit.Alignment;
using EmbedKit.Storage;
using EmbedKit.Tests.Fusion;

namespace EmbedKit.Tests.Alignment;

[Collection(Alone.Name)]
public class AlignerMemoryTests
{
    [Fact]
    public void Ten_thousand_transforms_and_a_thousand_fits_keep_native_memory_flat()
    {
        var set = AlignerPromisesTests.Labelled(Sets.Random(1, 20, 16, 16));
        var training = TrainingSet.AllRowsAsPublished(set);
        var few = set.Select([0, 1, 2, 3]);
        IAligner[] native = [.. new[] { "coral", "procrustes", "optimal-transport", "projected-shift" }.Select(n => AlignerPromisesTests.Create(n))];
        IFittedAligner[] all = [.. Aligners.Names.Select(n => AlignerPromisesTests.Create(n).Fit(training))];
        void Work(int transforms, int fits)
        {
            foreach (var fitted in all)
            {
                for (var i = 0; i < transforms; i++)
                {
                    fitted.Transform(few);
                }
            }

            for (var i = 0; i < fits; i++)
            {
                native[i % native.Length].Fit(training);
            }
        }

        Work(300, 100);
        var before = Native();
        Work(10_000, 1_000);
        Assert.InRange(Native() - before, -1e9, 24e6);

        // What the process holds beyond the managed heap, after the collector has run. Aggressive: otherwise the heap of earlier tests is given back
        // bit by bit after the collector has counted it, and the first reading comes out too low.
        static double Native()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            using var process = Process.GetCurrentProcess();
            return process.PrivateMemorySize64 - GC.GetGCMemoryInfo().TotalCommittedBytes;
        }
    }
}
