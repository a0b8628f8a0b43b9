using System.Text;

namespace EmbedKit.Cli.Terminal;

/// <summary>
/// Standard output or error, which may be closed or on a full disk: the first failure is kept and the rest falls silent, so that no job loses
/// its files because nobody can read its words.
/// </summary>
/// <param name="open">Opens the stream behind it.</param>
internal sealed class SafeWriter(Func<TextWriter> open) : TextWriter
{
    private TextWriter? _inner;

    /// <summary>Why it fell silent, or null.</summary>
    internal string? Failure { get; private set; }

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Try(writer => writer.Write(value));

    public override void Write(string? value) => Try(writer => writer.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(writer => writer.Write(buffer, index, count));

    public override void WriteLine(string? value) => Try(writer => writer.WriteLine(value));

    public override void Flush() => Try(writer => writer.Flush());

    private void Try(Action<TextWriter> write)
    {
        if (Failure is not null)
        {
            return;
        }

        try
        {
            write(_inner ??= open());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Failure = error.HResult == 28 ? "no space left" : error is UnauthorizedAccessException ? "it is closed" : error.Message;
        }
    }
}
