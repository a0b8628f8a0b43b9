using EmbedKit.Experiments;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Experiments;

public sealed class PublishedMemoryTests
{
    private const int RawImage = 224 * 224 * 3;
    private const int ClipPair = 512 + 512;
    private const int DinoAndLlama = 768 + 4096;

    /// <summary>Row counts and parameters as printed by the published notebooks (or, for SatelliteBench and Recipes5k, the only ones that
    /// fit).</summary>
    [Theory]
    [InlineData("brset", "clip", "early", ClipPair, 1, 13012, 3254, 131_585)]
    [InlineData("brset", "clip", "late", ClipPair, 1, 13012, 3254, 66_049)]
    [InlineData("brset", "embeddings", "early", DinoAndLlama, 1, 13012, 3254, 623_105)]
    [InlineData("brset", "raw", "early", RawImage, 1, 13012, 3254, 0)]
    [InlineData("ham10000", "clip", "early", ClipPair, 7, 8012, 2003, 132_359)]
    [InlineData("ham10000", "embeddings", "late", DinoAndLlama, 7, 8012, 2003, 312_583)]
    [InlineData("ham10000", "raw", "late", RawImage, 7, 8012, 2003, 0)]
    [InlineData("satellitebench", "clip", "early", ClipPair, 2, 936, 312, 131_714)]
    [InlineData("satellitebench", "raw", "early", RawImage, 2, 936, 312, 0)]
    [InlineData("recipes5k", "embeddings", "early", DinoAndLlama, 101, 3409, 783, 636_005)]
    [InlineData("recipes5k", "raw", "early", RawImage, 101, 3409, 783, 0)]
    public void The_published_sizes_come_out_to_every_printed_digit(
        string dataSet, string representation, string fusion, int inputs, int labels, int train, int test, int parameters)
    {
        var published = PublishedNumbers.Load().MemoryOf(dataSet, representation, fusion)!;
        var ours = PublishedMemory.Of(new()
        {
            InputsPerRow = inputs,
            LabelsPerRow = labels,
            TrainRows = train,
            TestRows = test,
            Parameters = Math.Max(parameters, 1),
            BatchSize = published.BatchSize,
        });
        Close(published.TrainPerBatch, ours.TrainPerBatch);
        Close(published.TrainPerEpoch, ours.TrainPerEpoch);
        Close(published.TestPerBatch, ours.TestPerBatchAsPublished);
        Close(published.TestPerEpoch, ours.TestPerEpochAsPublished);
        if (parameters > 0)
        {
            Close(published.Model, ours.Model);
        }
    }

    [Fact]
    public void The_right_test_average_stands_beside_the_published_one()
    {
        var sizes = PublishedMemory.Of(new() { InputsPerRow = 1023, LabelsPerRow = 1, TrainRows = 640, TestRows = 128, Parameters = 1 << 18 });
        Assert.Equal(0.5, sizes.TestPerEpoch);
        Assert.Equal(0.25, sizes.TestPerBatch);
        Assert.Equal(0.05, sizes.TestPerBatchAsPublished, 12);
        Assert.Equal(0.1, sizes.TestPerEpochAsPublished, 12);
        Assert.Equal(1, sizes.Model);
    }

    [Fact]
    public void Counting_the_token_ids_adds_their_bytes()
    {
        PublishedMemoryOptions images = new() { InputsPerRow = RawImage, LabelsPerRow = 1, TrainRows = 64, TestRows = 64, Parameters = 1 };
        var withText = PublishedMemory.Of(images with { UncountedBytesPerRow = 2 * 512 * 8 });
        Assert.Equal(64 * 8192 / 1048576.0, withText.TrainPerEpoch - PublishedMemory.Of(images).TrainPerEpoch, 9);
    }

    [Fact]
    public void A_count_below_one_is_named()
    {
        var error =
            Assert.Throws<InputException>(() =>
                PublishedMemory.Of(new() { InputsPerRow = 4, LabelsPerRow = 1, TrainRows = 0, TestRows = 1, Parameters = 1 }));
        Assert.Contains("TrainRows is 0", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Printed to two decimals.</summary>
    private static void Close(double printed, double computed) => Assert.InRange(computed, printed - 0.00501, printed + 0.00501);
}
