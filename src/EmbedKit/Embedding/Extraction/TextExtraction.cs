using EmbedKit.Data;
using EmbedKit.Data.Cells;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Embedding.Extraction;

/// <summary>
/// The text side of a job: equal texts are embedded once.
/// </summary>
internal sealed class TextExtraction
{
    private readonly ITextEmbedder _embedder;
    private readonly LabelledDataset _dataset;
    private readonly string _column;
    private readonly int _first;
    private readonly int[] _owners;
    private readonly bool[] _truncated;
    private readonly CancellationToken _cancellation;

    /// <summary>Finds equal and empty texts of a range of rows, so that what is wrong with them shows before any model runs.</summary>
    internal TextExtraction(ITextEmbedder embedder, LabelledDataset dataset, string column, int first, int count, CancellationToken cancellation)
    {
        (_embedder, _dataset, _column, _first, _owners, _truncated) = (embedder, dataset, column, first, new int[count], new bool[count]);
        _cancellation = cancellation;
        var (cells, rowOfText, marks) = (dataset.Table[column], new Dictionary<string, int>(StringComparer.Ordinal), 0);
        for (var i = 0; i < count; i++)
        {
            var row = first + i;
            if (SameText.Trim(cells[row]).Length == 0)
            {
                throw new InputException($"{Where(row)}: '{column}' is empty; expected a text in every row: fill it in, or leave the row out.");
            }

            marks += CellMeaning.IsMissing(cells[row]) ? 1 : 0;

            _owners[i] = rowOfText.TryAdd(cells[row], row) ? row : rowOfText[cells[row]];
        }

        Equal = count - rowOfText.Count;
        if (marks > 0)
        {
            InputNotes.Say(
                $"{dataset.Table.Source}: '{column}' holds a mark for what is missing, such as NA, in {NumberText.Count(marks, "row")}: embedded as "
                    + "it stands.");
        }
    }

    /// <summary>Texts equal to one of an earlier row.</summary>
    internal int Equal { get; }

    /// <summary>The first row that has this row's text.</summary>
    internal int OwnerOf(int row) => _owners[row - _first];

    /// <summary>Whether the text of a row that owns it was cut to the context.</summary>
    internal bool IsTruncated(int row) => _truncated[row - _first];

    /// <summary>Notes that it was.</summary>
    internal void MarkTruncated(int row) => _truncated[row - _first] = true;

    /// <summary>Gathers the texts of some rows into runs of the model.</summary>
    /// <param name="rows">Rows that own their text.</param>
    /// <param name="batch">Most texts of one run.</param>
    /// <param name="tokens">Most tokens of one run of more than one text.</param>
    internal IReadOnlyList<TextRun> Plan(IEnumerable<int> rows, int batch, int tokens) =>
        _embedder.Plan(rows.Select(row => (row, _dataset.Table[_column][row])), batch, tokens);

    /// <summary>Embeds the texts of a run.</summary>
    internal EmbeddingMatrix Encode(TextRun run)
    {
        var matrix = run.Encode(_cancellation);
        FiniteRows.Check(matrix, _dataset, i => run.Rows[i], "text", _embedder.Name);
        return matrix;
    }

    /// <summary>What to say of a text that is longer than the model's context.</summary>
    internal InputException TooLong(int row, int dropped) => new(
        $"{Where(row)}: '{_column}' has {_embedder.Context + dropped} tokens; {_embedder.Name} takes {_embedder.Context}. "
        + "Shorten the text, or run without --fail-fast to cut it.");

    private string Where(int row) => $"{_dataset.Table.Source} row {_dataset.Table.FileRow(row)} ({_dataset.Ids[row]})";
}
