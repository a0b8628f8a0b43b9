using System.Globalization;
using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Models;

namespace EmbedKit.Embedding.Extraction;

/// <summary>Texts embedded by an ONNX encoder: only texts of one length share a run, so that nothing needs padding that the model would not pad
/// anyway.</summary>
internal sealed class EncoderTexts(OnnxTextEncoder encoder) : ITextEmbedder
{
    public string Name => encoder.Folder.Name;

    public int? Context => encoder.Tokenizer.MaxLength;

    /// <summary>int8 models take their scale from the whole batch: a neighbour would change a text's numbers.</summary>
    public int? Batch => encoder.Precision == ModelPrecision.Int8 ? 1 : null;

    public ModelPrecision? Precision => encoder.Precision;

    public ExecutionDevice? Device => encoder.Device;

    public IReadOnlyList<TextRun> Plan(IEnumerable<(int Row, string Text)> texts, int batch, int tokens) =>
        [.. texts.Select(t => (t.Row, Text: encoder.Tokenizer.Encode(t.Text))).GroupBy(t => encoder.RunLength(t.Text.Ids.Length)).OrderBy(g => g.Key)
            .SelectMany(
            group => group.Chunk(Math.Clamp(tokens / Math.Max(1, group.Key), 1, batch)),
            (_, run) =>
                new TextRun([.. run.Select(t => t.Row)], [.. run.Select(t => t.Text.Dropped)], _ => encoder.Encode([.. run.Select(t => t.Text)])))];

    public void Describe(IDictionary<string, string> provenance)
    {
        encoder.Describe(provenance, "text");
        provenance["text_context"] = encoder.Tokenizer.MaxLength.ToString(CultureInfo.InvariantCulture);
    }
}
