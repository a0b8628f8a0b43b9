using System.Text;

namespace EmbedKit.Notebooks.Session;

/// <summary>Takes the place of the console's writers for the whole process: text written inside a cell goes to the cell, other text where it always
/// went.</summary>
internal sealed class ConsoleCapture(string stream, TextWriter outside) : TextWriter(System.Globalization.CultureInfo.InvariantCulture)
{
    private static readonly Lock Gate = new();
    private static TextWriter? _out;
    private static TextWriter? _error;

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>Puts the capture in place, again if something else has replaced it since.</summary>
    internal static void Install()
    {
        lock (Gate)
        {
            if (_out is null || !ReferenceEquals(Console.Out, _out))
            {
                Console.SetOut(new ConsoleCapture("stdout", Console.Out));
                _out = Console.Out;
            }

            if (_error is null || !ReferenceEquals(Console.Error, _error))
            {
                Console.SetError(new ConsoleCapture("stderr", Console.Error));
                _error = Console.Error;
            }
        }
    }

    /// <summary>Puts the capture back that something has replaced for the time of a cell.</summary>
    internal static void PutBack()
    {
        lock (Gate)
        {
            Console.SetOut(_out!);
            Console.SetError(_error!);
        }
    }

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void WriteLine(string? value) => Write(value + "\n");

    public override void Write(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return;
        }

        if (CellScope.Current is { } cell)
        {
            cell.Emit(new StreamOutput(stream, value.Replace("\r\n", "\n", StringComparison.Ordinal)));
        }
        else
        {
            outside.Write(value);
        }
    }

    public override void Flush() => outside.Flush();
}
