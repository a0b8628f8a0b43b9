namespace EmbedKit.Notebooks.Kernel;

/// <summary>Lets in what is signed with the kernel's key, sound, and new; drops the rest, of which it says once that there is some.</summary>
/// <param name="key">The key.</param>
/// <param name="log">Where it is said.</param>
internal sealed class MessageGate(byte[] key, TextWriter log)
{
    /// <summary>Signatures remembered, as many as Jupyter's own kernels remember.</summary>
    internal const int Remembered = 1 << 16;

    private readonly HashSet<string> _seen = [];
    private readonly Queue<string> _order = [];

    /// <summary>How many messages were dropped.</summary>
    internal long Dropped { get; private set; }

    /// <summary>Takes a message apart; null where it is dropped: then there is nobody to answer.</summary>
    internal JupyterMessage? Read(IReadOnlyList<byte[]> frames)
    {
        if (JupyterMessage.Read(frames, key) is { } message && _seen.Add(message.Signature))
        {
            _order.Enqueue(message.Signature);
            if (_order.Count > Remembered)
            {
                _seen.Remove(_order.Dequeue());
            }

            return message;
        }

        Drop();
        return null;
    }

    /// <summary>Counts one that came in and could not be handled.</summary>
    internal void Drop()
    {
        if (Dropped++ == 0)
        {
            log.WriteLine(
                "embedkit: a message was dropped: malformed, not signed with the connection file's key, or sent before. More are only counted.");
        }
    }
}
