using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Extraction;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Tests.Embedding.Extraction;

/// <summary>The models that come with the repository go the way of any other.</summary>
public sealed class TrainedModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("tiny-clip", "tiny-clip")]
    [InlineData("tiny-dino", "tiny-llama")]
    public void Batch_size_and_threads_change_the_result_by_rounding_at_most(string image, string text)
    {
        try
        {
            _ = ModelFolder.Catalogue();
        }
        catch (InputException)
        {
            Assert.Skip("data/models not present");
        }

        var data = new MiniDataset(_folder);
        var one = Run(data, image, text, batch: 1, threads: 1);
        var eight = Run(data, image, text, batch: 8, threads: 2);
        AssertClose(one.RequireImage(), eight.RequireImage());
        AssertClose(one.RequireText(), eight.RequireText());
        Assert.NotEqual(one.Image!.Row(0).ToArray(), one.Image.Row(1).ToArray());
        Assert.NotEqual(one.Text!.Row(0).ToArray(), one.Text.Row(1).ToArray());
        Assert.Equal(one.Text.Row(0).ToArray(), one.Text.Row(2).ToArray()); // equal texts
    }

    private static EmbeddingSet Run(MiniDataset data, string image, string text, int batch, int threads)
    {
        using var images = new OnnxImageEncoder(ModelFolder.Open(image), new() { Threads = threads });
        using var texts = new OnnxTextEncoder(ModelFolder.Open(text), new() { Threads = threads });
        var job = new ExtractionJob(images, texts, new() { BatchSize = batch, Threads = threads });
        return job.Run(data.Labels, data.Images, cancellation: TestContext.Current.CancellationToken).Embeddings;
    }

    private static void AssertClose(EmbeddingMatrix one, EmbeddingMatrix other)
    {
        for (var row = 0; row < one.Rows; row++)
        {
            var (length, difference) = (0.0, 0.0);
            for (var i = 0; i < one.Dimension; i++)
            {
                length += Math.Pow(one.Row(row)[i], 2);
                difference += Math.Pow(one.Row(row)[i] - other.Row(row)[i], 2);
            }

            Assert.True(Math.Sqrt(difference / length) <= 1e-5, $"row {row} differs by {Math.Sqrt(difference / length)} of its length");
        }
    }
}
