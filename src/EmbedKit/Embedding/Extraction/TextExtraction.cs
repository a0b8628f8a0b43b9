using EmbedKit.Data;
using EmbedKit.Embedding.Tokenization;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Embedding.Extraction;

/// <summary>
/// The text side of a job: equal texts are embedded once, and only texts of one length share a run, so that nothing needs padding that the
/// model would not pad anyway.
/// </summary>
internal sealed class TextExtraction
{
    private readonly OnnxTextEncoder _encoder;
    private readonly LabelledDataset _dataset;
    private readonly string _column;
    private readonly int _first;
    private readonly int[] _owners;
    private readonly bool[] _truncated;

    /// <summary>Finds equal and empty texts of a range of rows, so that what is wrong with them shows before any model runs.</summary>
    internal TextExtraction(OnnxTextEncoder encoder, LabelledDataset dataset, string column, int first, int count)
    {
        (_encoder, _dataset, _column, _first, _owners, _truncated) = (encoder, dataset, column, first, new int[count], new bool[count]);
        var (cells, rowOfText) = (dataset.Table[column], new Dictionary<string, int>(StringComparer.Ordinal));
        for (var i = 0; i < count; i++)
        {
            var row = first + i;
            if (string.IsNullOrWhiteSpace(cells[row]))
            {
                throw new InputException($"{Where(row)}: '{column}' is empty; expected a text in every row.");
            }

            _owners[i] = rowOfText.TryAdd(cells[row], row) ? row : rowOfText[cells[row]];
        }

        Equal = count - rowOfText.Count;
    }

    /// <summary>Texts equal to one of an earlier row.</summary>
    internal int Equal { get; }

    /// <summary>The first row that has this row's text.</summary>
    internal int OwnerOf(int row) => _owners[row - _first];

    /// <summary>Whether the text of a row that owns it was cut to the context.</summary>
    internal bool IsTruncated(int row) => _truncated[row - _first];

    /// <summary>Notes that it was.</summary>
    internal void MarkTruncated(int row) => _truncated[row - _first] = true;

    /// <summary>Tokenizes the texts of some rows and gathers them into runs of the model.</summary>
    /// <param name="rows">Rows that own their text.</param>
    /// <param name="batch">Most texts of one run.</param>
    /// <param name="tokens">Most tokens of one run of more than one text.</param>
    internal IReadOnlyList<TextRun> Plan(IEnumerable<int> rows, int batch, int tokens)
    {
        var texts = rows.Select(row => (Row: row, Text: _encoder.Tokenizer.Encode(_dataset.Table[_column][row])));
        return [.. texts.GroupBy(t => _encoder.RunLength(t.Text.Ids.Length)).OrderBy(g => g.Key).SelectMany(
            group => group.Chunk(Math.Clamp(tokens / Math.Max(1, group.Key), 1, batch)),
            (_, run) => new TextRun([.. run.Select(t => t.Row)], [.. run.Select(t => t.Text)]))];
    }

    /// <summary>Embeds the texts of a run.</summary>
    internal EmbeddingMatrix Encode(TextRun run)
    {
        var matrix = _encoder.Encode(run.Texts);
        FiniteRows.Check(matrix, _dataset, i => run.Rows[i], "text", _encoder.Folder);
        return matrix;
    }

    /// <summary>What to say of a text that is longer than the model's context.</summary>
    internal InputException TooLong(int row, TokenizedText text) => new(
        $"{Where(row)}: '{_column}' has {text.Ids.Length + text.Dropped} tokens; {_encoder.Folder.Name} takes {_encoder.Tokenizer.MaxLength}. "
        + "Shorten the text, or run without --fail-fast to cut it.");

    private string Where(int row) => $"{_dataset.Table.Source} row {_dataset.Table.FileRow(row)} ({_dataset.Ids[row]})";
}

/// <summary>Texts of one length that the model embeds together.</summary>
/// <param name="Rows">The rows that own them.</param>
/// <param name="Texts">The texts, in the same order.</param>
internal sealed record TextRun(int[] Rows, TokenizedText[] Texts);
