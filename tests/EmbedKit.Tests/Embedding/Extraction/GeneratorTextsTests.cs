using EmbedKit.Embedding.Extraction;
using EmbedKit.Runtime;
using Microsoft.Extensions.AI;

namespace EmbedKit.Tests.Embedding.Extraction;

public sealed class GeneratorTextsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly MiniDataset _data;

    public GeneratorTextsTests() => _data = new(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Equal_texts_are_asked_for_once_and_in_batches()
    {
        using var generator = new Lengths();
        var set = Run(new(null, generator, new() { BatchSize = 3, Threads = 1 }));
        Assert.Equal(set.Table["text"].Select(t => (float)t.Length), Enumerable.Range(0, set.Count).Select(i => set.Text!.Row(i)[0]));
        Assert.Equal([3, 1], generator.Asked.Select(a => a.Length));
        Assert.Equal(("toy", "openai", "text"), (set.Provenance["text_model"], set.Provenance["text_provider"], set.Provenance["text_column"]));
        Assert.Equal("https://host.example/v1", set.Provenance["text_endpoint"]);
        Assert.DoesNotContain("text_context", set.Provenance.Keys);
    }

    [Fact]
    public void A_vector_that_is_no_number_names_the_row()
    {
        using var generator = new Lengths { Value = float.NaN };
        Assert.Contains(
            "labels.csv row 2 (i0.png): toy gives NaN in its text embedding", Assert.Throws<InputException>(() => Run(new(null, generator))).Message,
            StringComparison.Ordinal);
        using var few = new Lengths { Missing = 1 };
        Assert.Contains(
            "toy: gives 3 vectors for 4 texts", Assert.Throws<InputException>(() => Run(new(null, few))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_job_does_not_wait_for_the_answer()
    {
        using var interrupt = new CancellationTokenSource();
        using var generator = new Lengths
        {
            Wait = token => Task.Run(interrupt.Cancel, CancellationToken.None)
                .ContinueWith(_ => Task.Delay(Timeout.Infinite, token), TaskScheduler.Default).Unwrap(),
        };
        var run =
            Task.Run(() => new ExtractionJob(null, generator).Run(_data.Labels, null, null, interrupt.Token), TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
    }

    private EmbedKit.Storage.EmbeddingSet Run(ExtractionJob job) =>
        job.Run(_data.Labels, null, cancellation: TestContext.Current.CancellationToken).Embeddings;

    /// <summary>A text's embedding is its length; the query in the address stands for a secret.</summary>
    private sealed class Lengths : IEmbeddingGenerator<string, Embedding<float>>
    {
        internal List<string[]> Asked { get; } = [];

        internal float? Value { get; init; }

        internal int Missing { get; init; }

        internal Func<CancellationToken, Task> Wait { get; init; } = _ => Task.CompletedTask;

        public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
            IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            await Wait(cancellationToken);
            string[] texts = [.. values];
            lock (Asked)
            {
                Asked.Add(texts);
            }

            return new(texts.Skip(Missing).Select(t => new Embedding<float>(new[] { Value ?? t.Length })));
        }

        public object? GetService(Type serviceType, object? serviceKey = null) =>
            serviceType == typeof(EmbeddingGeneratorMetadata)
                ? new EmbeddingGeneratorMetadata("openai", new("https://me:secret@host.example/v1?key=secret"), "toy") : null;

        public void Dispose()
        {
        }
    }
}
