using System.Text;
using EmbedKit.Notebooks.Session;

namespace EmbedKit.Notebooks.Execution;

/// <summary>Gathers a cell's outputs, joining console text that belongs together.</summary>
internal sealed class OutputRecorder
{
    private readonly List<CellOutput> _outputs = [];
    private readonly StringBuilder _text = new();
    private string? _stream;

    internal void Add(CellOutput output)
    {
        if (output is StreamOutput stream)
        {
            if (_stream != stream.Name)
            {
                EndStream();
                _stream = stream.Name;
            }

            _text.Append(stream.Text);
        }
        else
        {
            EndStream();
            _outputs.Add(output);
        }
    }

    internal IReadOnlyList<CellOutput> Outputs()
    {
        EndStream();
        return [.. _outputs];
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
