namespace EmbedKit.Cli.Models;

/// <summary>
/// How long one exchange with a hub is waited for: so long for the answer's head, and so long again for each piece of its body, so that a hub
/// that sends a byte now and then is given up like one that is silent.
/// </summary>
internal sealed class HubPatience : IDisposable
{
    /// <summary>Bytes that renew the patience.</summary>
    internal const int Piece = 1 << 16;
    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _user;
    private readonly TimeSpan _length;
    private int _brought;

    internal HubPatience(TimeSpan length, CancellationToken user)
    {
        (_length, _user, _source) = (length, user, CancellationTokenSource.CreateLinkedTokenSource(user));
        _source.CancelAfter(length);
    }

    /// <summary>Cancelled by the user, or when the patience is at its end.</summary>
    internal CancellationToken Token => _source.Token;

    /// <summary>Whether the hub was too slow, and not the user too impatient.</summary>
    internal bool Ended => _source.IsCancellationRequested && !_user.IsCancellationRequested;

    /// <summary>Counts bytes of the body.</summary>
    internal void Brought(int bytes)
    {
        _brought += bytes;
        if (_brought >= Piece)
        {
            _brought = 0;
            _source.CancelAfter(_length);
        }
    }

    public void Dispose() => _source.Dispose();
}
