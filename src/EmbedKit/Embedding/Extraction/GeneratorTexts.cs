using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using Microsoft.Extensions.AI;

namespace EmbedKit.Embedding.Extraction;

/// <summary>Texts embedded by a generator, e.g. an endpoint: what it cuts, and in which numbers it computes, is not known here.</summary>
internal sealed class GeneratorTexts(IEmbeddingGenerator<string, Embedding<float>> generator) : ITextEmbedder
{
    private const int TextsOfOneRequest = 64;
    private readonly EmbeddingGeneratorMetadata? _metadata = generator.GetService(typeof(EmbeddingGeneratorMetadata)) as EmbeddingGeneratorMetadata;

    public string Name => _metadata?.DefaultModelId ?? "the generator";

    public int? Context => null;

    public int? Batch => TextsOfOneRequest;

    public ModelPrecision? Precision => null;

    public ExecutionDevice? Device => null;

    public IReadOnlyList<TextRun> Plan(IEnumerable<(int Row, string Text)> texts, int batch, int tokens) =>
        [.. texts.Chunk(batch)
            .Select(run =>
                new TextRun([.. run.Select(t => t.Row)], new int[run.Length], cancellation => Encode([.. run.Select(t => t.Text)], cancellation)))];

    public void Describe(IDictionary<string, string> provenance)
    {
        provenance["text_model"] = Name;
        provenance["text_provider"] = _metadata?.ProviderName ?? "unknown";
        if (_metadata?.ProviderUri is { } address)
        {
            provenance["text_endpoint"] = address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        }
    }

    private EmbeddingMatrix Encode(string[] texts, CancellationToken cancellation)
    {
        // A step of a job has a thread of its own, which has nothing to do meanwhile.
        var vectors = generator.GenerateAsync(texts, null, cancellation).GetAwaiter().GetResult();
        if (vectors.Count != texts.Length || vectors.Any(v => v.Vector.Length == 0 || v.Vector.Length != vectors[0].Vector.Length))
        {
            throw new InputException(
                $"{Name}: gives {NumberText.Count(vectors.Count, "vector")} for {NumberText.Count(texts.Length, "text")}, "
                    + "or vectors of several widths; expected one each, of one width.");
        }

        return new(texts.Length, vectors[0].Vector.Length, [.. vectors.SelectMany(v => v.Vector.ToArray())]);
    }
}
