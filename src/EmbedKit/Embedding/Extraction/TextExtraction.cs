using EmbedKit.Data;
using EmbedKit.Embedding.Tokenization;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Embedding.Extraction;

/// <summary>
/// The text half of the job: equal texts are embedded once, and only texts of one length share a batch, so that nothing needs padding that
/// the model would not pad anyway.
/// </summary>
internal sealed class TextExtraction
{
    private readonly OnnxTextEncoder _encoder;
    private readonly ExtractionOptions _options;
    private readonly LabelledDataset _dataset;
    private readonly int[] _textOfRow;
    private readonly int[] _rowOfText;
    private readonly TokenizedText[] _texts;

    /// <summary>Tokenizes all texts, so that what is wrong with them shows before any model runs.</summary>
    internal TextExtraction(OnnxTextEncoder encoder, LabelledDataset dataset, ExtractionOptions options)
    {
        (_encoder, _options, _dataset) = (encoder, options, dataset);
        var column = dataset.Table[options.TextColumn];
        var (numbers, first) = (new Dictionary<string, int>(StringComparer.Ordinal), new List<int>());
        _textOfRow = new int[column.Length];
        for (var row = 0; row < column.Length; row++)
        {
            if (string.IsNullOrWhiteSpace(column[row]))
            {
                throw new InputException($"{Where(row)}: '{options.TextColumn}' is empty; expected a text in every row.");
            }

            if (numbers.TryAdd(column[row], first.Count))
            {
                first.Add(row);
            }

            _textOfRow[row] = numbers[column[row]];
        }

        _rowOfText = [.. first];
        _texts = [.. _rowOfText.Select(row => encoder.Tokenizer.Encode(column[row]))];
        if (options.FailFast && Array.FindIndex(_texts, t => t.Dropped > 0) is >= 0 and var cut)
        {
            throw TooLong(cut);
        }
    }

    /// <summary>How many of the rows have a text longer than the context.</summary>
    internal int CountTruncated(IEnumerable<int> rows) => rows.Count(row => _texts[_textOfRow[row]].Dropped > 0);

    /// <summary>Embeds the texts of the rows.</summary>
    /// <returns>N×D, in the rows' order.</returns>
    internal EmbeddingMatrix Run(int[] rows, IProgress<JobProgress>? progress, CancellationToken cancellation)
    {
        var needed = rows.Select(r => _textOfRow[r]).Distinct().ToArray();
        var embedded = new float[_texts.Length][];
        var done = 0;
        foreach (var group in needed.GroupBy(t => _encoder.RunLength(_texts[t].Ids.Length)).OrderBy(g => g.Key))
        {
            foreach (var batch in group.Chunk(_options.BatchSize))
            {
                cancellation.ThrowIfCancellationRequested();
                var matrix = _encoder.Encode([.. batch.Select(t => _texts[t])]);
                FiniteRows.Check(matrix, _dataset, i => _rowOfText[batch[i]], "text", _encoder.Folder);
                for (var i = 0; i < batch.Length; i++)
                {
                    embedded[batch[i]] = matrix.Row(i).ToArray();
                }

                done += batch.Length;
                progress?.Report(new("texts", done, needed.Length));
            }
        }

        var dimension = embedded[needed[0]].Length;
        var result = new EmbeddingMatrix(rows.Length, dimension, new float[(long)rows.Length * dimension]);
        for (var i = 0; i < rows.Length; i++)
        {
            embedded[_textOfRow[rows[i]]].CopyTo(result.Row(i));
        }

        return result;
    }

    private InputException TooLong(int number)
    {
        var text = _texts[number];
        return new(
            $"{Where(_rowOfText[number])}: '{_options.TextColumn}' has {text.Ids.Length + text.Dropped} tokens; {_encoder.Folder.Name} takes "
            + $"{_encoder.Tokenizer.MaxLength}. Shorten the text, or run without --fail-fast to cut it.");
    }

    private string Where(int row) => $"{_dataset.Table.Source} row {_dataset.Table.FileRow(row)} ({_dataset.Ids[row]})";
}
