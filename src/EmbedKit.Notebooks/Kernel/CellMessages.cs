using System.Text;
using System.Text.Json.Nodes;
using EmbedKit.Notebooks.Execution;
using EmbedKit.Notebooks.Session;

namespace EmbedKit.Notebooks.Kernel;

/// <summary>
/// What one cell puts out, on its way to the client. Console text is gathered into few messages and slowed to what a Jupyter server lets pass (it
/// drops text above 1 MB/s over three seconds, and messages above 1,000/s); what exceeds <see cref="OutputLimit"/> is dropped, and said at the end.
/// </summary>
/// <param name="publish">Sends: message type and content.</param>
/// <param name="time">The clock.</param>
/// <param name="pause">Lets the cell's thread wait.</param>
internal sealed class CellMessages(Action<string, JsonObject> publish, TimeProvider time, Action<TimeSpan> pause) : IDisposable
{
    private const int LargestText = 32 << 10;
    private const double BytesPerSecond = 800_000;
    private const double BytesAtOnce = 500_000;

    /// <summary>Of any message: 400 a second.</summary>
    private const double BytesPerMessage = BytesPerSecond / 400;
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();
    private readonly OutputLimit _limit = new();
    private readonly long _began = time.GetTimestamp();
    private ITimer? _timer;
    private string _stream = "";
    private double _sent;
    private bool _ended;

    /// <summary>Puts out console text.</summary>
    /// <param name="stream"><c>stdout</c> or <c>stderr</c>.</param>
    /// <param name="text">The text.</param>
    internal void Write(string stream, string text)
    {
        for (int at = 0, length; at < text.Length; at += length)
        {
            length = Math.Min(LargestText, text.Length - at);
            // No message ends within a character of two halves.
            length -= length > 1 && at + length < text.Length && char.IsHighSurrogate(text[at + length - 1]) ? 1 : 0;
            var piece = text.Substring(at, length);
            Paced(() => Gather(stream, piece));
        }
    }

    /// <summary>Puts out anything else, after the text before it.</summary>
    /// <param name="type">The message's type.</param>
    /// <param name="content">Its content.</param>
    /// <param name="size">Characters of the value that it shows; 0 for what is never dropped.</param>
    internal void Send(string type, JsonObject content, long size = 0) => Paced(() =>
    {
        Flush();
        if (_limit.TakeValue(size))
        {
            publish(type, content);
            _sent += BytesPerMessage;
        }
    });

    /// <summary>Sends what is gathered.</summary>
    internal void Flush()
    {
        lock (_gate)
        {
            _timer?.Dispose();
            _timer = null;
            if (_text.Length == 0 || _ended)
            {
                return;
            }

            var text = _text.ToString();
            _text.Clear();
            publish("stream", new() { ["name"] = _stream, ["text"] = text });
            _sent += BytesPerMessage + Encoding.UTF8.GetByteCount(text) + text.AsSpan().Count('\n');
        }
    }

    /// <summary>The cell has ended: sends the rest and, where something was dropped, how much.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            Flush();
            if (_limit.Sentence is { } sentence && !_ended)
            {
                publish("stream", new() { ["name"] = "stderr", ["text"] = $"\nembedkit: {sentence}\n" });
            }

            _ended = true;
        }
    }

    private void Gather(string stream, string text)
    {
        if (_stream != stream)
        {
            Flush();
            _stream = stream;
        }

        _text.Append(_limit.Take(text));
        if (_text.Length >= LargestText)
        {
            Flush();
        }
        else if (_text.Length > 0)
        {
            _timer ??= time.CreateTimer(_ => Flush(), null, Gathering, Timeout.InfiniteTimeSpan);
        }
    }

    private void Paced(Action change)
    {
        var wait = TimeSpan.Zero;
        CellThread.Unabortable(() =>
        {
            lock (_gate)
            {
                if (!_ended)
                {
                    change();
                    var owed = _sent - (BytesPerSecond * time.GetElapsedTime(_began).TotalSeconds);
                    wait = TimeSpan.FromSeconds(Math.Max(0, (owed - BytesAtOnce) / BytesPerSecond));
                    _sent = Math.Max(_sent, _sent - owed);
                }
            }
        });

        if (wait > TimeSpan.Zero)
        {
            pause(wait);
        }
    }
}
