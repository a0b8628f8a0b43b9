using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Models;
using EmbedKit.Storage;

namespace EmbedKit.Embedding.Extraction;

/// <summary>What embeds the texts of a job: an encoder of this process (<see cref="EncoderTexts"/>) or a generator, near or far
/// (<see cref="GeneratorTexts"/>).</summary>
internal interface ITextEmbedder
{
    /// <summary>The model's name.</summary>
    string Name { get; }

    /// <summary>Tokens it takes of a text, or null where that is not known here.</summary>
    int? Context { get; }

    /// <summary>Texts of one run where none are asked for, or null for what suits the machine.</summary>
    int? Batch { get; }

    /// <summary>In which numbers it computes, or null where that is not known here.</summary>
    ModelPrecision? Precision { get; }

    /// <summary>Where it computes, or null where that is not here.</summary>
    ExecutionDevice? Device { get; }

    /// <summary>Gathers texts into runs.</summary>
    /// <param name="texts">Rows and their texts.</param>
    /// <param name="batch">Most texts of one run.</param>
    /// <param name="tokens">Most tokens of one run of more than one text.</param>
    IReadOnlyList<TextRun> Plan(IEnumerable<(int Row, string Text)> texts, int batch, int tokens);

    /// <summary>Says what it is, for provenance.</summary>
    void Describe(IDictionary<string, string> provenance);
}

/// <summary>Texts that the model embeds together.</summary>
/// <param name="Rows">The rows that own them.</param>
/// <param name="Dropped">Tokens by which each is longer than the context, in the same order.</param>
/// <param name="Encode">Runs the model.</param>
internal sealed record TextRun(int[] Rows, int[] Dropped, Func<CancellationToken, EmbeddingMatrix> Encode);
