using EmbedKit.Storage;

namespace EmbedKit.Embedding.Extraction;

/// <summary>What an extraction in memory gave.</summary>
/// <param name="Embeddings">One row a pair whose image could be read, in the order of the labels, with provenance.</param>
/// <param name="Skipped">The rows whose image could not.</param>
/// <param name="TruncatedTexts">Rows whose text was cut to the model's context.</param>
public sealed record ExtractionResult(EmbeddingSet Embeddings, IReadOnlyList<SkippedImage> Skipped, int TruncatedTexts);

/// <summary>What an extraction to a file gave.</summary>
/// <param name="Rows">Rows written: those whose image could be read.</param>
/// <param name="ImageDimension">Width of the image embeddings, or null for none.</param>
/// <param name="TextDimension">Width of the text embeddings, or null for none.</param>
/// <param name="Skipped">The rows whose image could not be read.</param>
/// <param name="SkippedList">The file that lists them, or null when there are none.</param>
/// <param name="TruncatedTexts">Rows whose text was cut to the model's context.</param>
/// <param name="EqualImages">Rows whose image file equals that of an earlier row, and was embedded with it.</param>
/// <param name="EqualTexts">Rows whose text equals that of an earlier row, and was embedded with it.</param>
/// <param name="LooseImages">Rows whose name differs from their image file's by more than a missing ending: in ending, case or leading zeros.</param>
/// <param name="ResumedRows">Rows that an earlier, unfinished run had embedded.</param>
/// <param name="Provenance">What the file says of where its numbers come from.</param>
public sealed record ExtractionSummary(
    int Rows,
    int? ImageDimension,
    int? TextDimension,
    IReadOnlyList<SkippedImage> Skipped,
    string? SkippedList,
    int TruncatedTexts,
    int EqualImages,
    int EqualTexts,
    int LooseImages,
    int ResumedRows,
    IReadOnlyDictionary<string, string> Provenance);
