using System.Text;
using EmbedKit.Notebooks.Session;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Execution;

/// <summary>Gathers a cell's outputs up to <see cref="OutputLimit"/>, joining console text that belongs together.</summary>
/// <param name="stop">Ends a cell that puts out more.</param>
internal sealed class OutputRecorder(Action stop)
{
    private readonly OutputLimit _limit = new();
    private readonly List<CellOutput> _outputs = [];
    private readonly StringBuilder _text = new();
    private string? _stream;

    /// <summary>The failure of a cell that has put out too much, or null.</summary>
    internal ErrorOutput? Excess => _limit.Sentence is null ? null : new(
        "OutputTooLarge",
        $"the cell put out more than {NumberText.Count(OutputLimit.Text, "character")} of text, or {NumberText.Count(OutputLimit.Values)} of values, "
            + "and was stopped; expected less. Write to a file instead.", 0, []);

    internal void Add(CellOutput output)
    {
        if (_limit.Sentence is not null)
        {
            return;
        }

        if (output is StreamOutput stream)
        {
            if (_stream != stream.Name)
            {
                EndStream();
                _stream = stream.Name;
            }

            _text.Append(_limit.Take(stream.Text));
        }
        else if (_limit.TakeValue((output as ValueOutput)?.Length ?? 0))
        {
            EndStream();
            _outputs.Add(output);
        }

        if (_limit.Sentence is not null)
        {
            stop();
        }
    }

    internal IReadOnlyList<CellOutput> Outputs()
    {
        EndStream();
        return Excess is { } excess ? [.. _outputs, excess] : [.. _outputs];
    }

    private void EndStream()
    {
        if (_stream is not null)
        {
            _outputs.Add(new StreamOutput(_stream, _text.ToString()));
            (_stream, _) = (null, _text.Clear());
        }
    }
}
