namespace EmbedKit.Runtime;

/// <summary>Keeps the system's first refusal to write a file, since a library that writes through native code hands on its own words
/// alone.</summary>
/// <param name="inner">The file; whose it is, disposes it.</param>
internal sealed class FaultKeepingStream(FileStream inner) : Stream
{
    /// <summary>What went wrong first, or null.</summary>
    internal Exception? Fault { get; private set; }

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override long Seek(long offset, SeekOrigin origin)
    {
        try
        {
            return inner.Seek(offset, origin);
        }
        catch (Exception error) when (Keep(error))
        {
            throw;
        }
    }

    public override void SetLength(long value) => inner.SetLength(value);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
        }
        catch (Exception error) when (Keep(error))
        {
            throw;
        }
    }

    public override void Flush()
    {
        try
        {
            inner.Flush();
        }
        catch (Exception error) when (Keep(error))
        {
            throw;
        }
    }

    private bool Keep(Exception error)
    {
        Fault ??= error;
        return true;
    }
}
