using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Execution;

/// <summary>How much one cell may put out: more than anybody reads, and less than a page or a client chokes on.</summary>
internal sealed class OutputLimit
{
    /// <summary>Characters of console text.</summary>
    internal const int Text = 10_000_000;

    /// <summary>Characters of values shown, pictures and charts included.</summary>
    internal const long Values = 200_000_000;

    private long _text;
    private long _values;
    private long _droppedValues;

    /// <summary>What was dropped, in a sentence; null for nothing.</summary>
    internal string? Sentence
    {
        get
        {
            var text = _text > Text ? $"{NumberText.Count(_text - Text, "character")} more than the {NumberText.Count(Text)} shown" : null;
            var values = _droppedValues > 0 ? $"{NumberText.Count(_droppedValues, "value")} beyond {NumberText.Count(Values, "character")}" : null;
            var both = text is not null && values is not null ? " and " : "";
            return text is null && values is null ? null : $"the cell put out {text}{both}{values}; they were dropped. Write to a file instead.";
        }
    }

    /// <summary>Counts console text.</summary>
    /// <returns>As much of it as may be shown.</returns>
    internal string Take(string text)
    {
        var room = (int)Math.Clamp(Text - _text, 0, text.Length);
        _text += text.Length;
        return room == text.Length ? text : text[..room];
    }

    /// <summary>Counts a value.</summary>
    /// <returns>Whether it may be shown.</returns>
    internal bool TakeValue(long size)
    {
        _values += size;
        if (size > 0 && _values > Values)
        {
            _droppedValues++;
            return false;
        }

        return true;
    }
}
