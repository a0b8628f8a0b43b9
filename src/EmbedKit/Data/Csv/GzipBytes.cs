namespace EmbedKit.Data.Csv;

/// <summary>
/// The bytes of a gzip file on their way to <see cref="System.IO.Compression.GZipStream"/>, which reads member after member, and takes whatever
/// follows the last one for nothing. So the last bytes are handed over one at a time: who has seen the end of a member asks for one more byte,
/// and again only if that begins another member.
/// </summary>
/// <param name="file">The file; not disposed of.</param>
internal sealed class GzipBytes(Stream file) : Stream
{
    private const int Tail = 4096;
    private int _last = -1;
    private bool _askedPastEnd;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var most = (int)Math.Clamp(file.Length - Tail - file.Position, 1, buffer.Length);
        var read = file.Read(buffer[..most]);
        (_last, _askedPastEnd) = read > 0 ? (buffer[read - 1], false) : (_last, true);
        return read;
    }

    /// <summary>Whether nothing but zeros, which fill up blocks on tapes, lies behind what was unpacked. Ask once all is.</summary>
    internal bool EndsClean()
    {
        if (_askedPastEnd)
        {
            return true;
        }

        Span<byte> rest = stackalloc byte[Tail];
        var clean = _last == 0;
        for (int read; clean && (read = file.Read(rest)) > 0;)
        {
            clean = !rest[..read].ContainsAnyExcept((byte)0);
        }

        return clean;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
