namespace EmbedKit.Notebooks.Execution;

/// <summary>What a cell reads from the console: somebody is asked for each line.</summary>
/// <param name="ask">Gives a line; throws where there is nobody to ask.</param>
internal sealed class CellInput(Func<string> ask) : TextReader
{
    private string _line = "";
    private int _at;

    /// <summary>Where nobody can be asked: the cell fails, instead of waiting for ever or taking silence for an answer.</summary>
    internal static CellInput Nobody { get; } = new(() => throw new InvalidOperationException(
        "The cell waits for input from the console, and nobody is here to give any; expected a value in the notebook, e.g. in its parameters cell."));

    public override int Peek()
    {
        if (_at == _line.Length)
        {
            (_line, _at) = (ask() + "\n", 0);
        }

        return _line[_at];
    }

    public override int Read()
    {
        var next = Peek();
        _at++;
        return next;
    }

    public override string ReadLine()
    {
        var line = _at < _line.Length ? _line[_at..].TrimEnd('\n') : ask();
        (_line, _at) = ("", 0);
        return line;
    }

    /// <summary>The console has no end of its own: a line is all that was typed.</summary>
    public override string ReadToEnd() => ReadLine();
}
