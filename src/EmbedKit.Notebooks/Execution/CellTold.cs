using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using EmbedKit.Notebooks.Session;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Execution;

/// <summary>A cell to run, one line of JSON on the way to the process that runs it.</summary>
/// <param name="Kernel">The cell's language.</param>
/// <param name="Content">Its text.</param>
/// <param name="Folder">For the first cell of a notebook: the working directory of a fresh session.</param>
/// <param name="Progress">Whether somebody wants to know how far long jobs are.</param>
internal sealed record CellToRun(string Kernel, string Content, string? Folder, bool Progress);

/// <summary>One thing told of the cell that runs, one line of JSON on the way back; an ended one has failed with its last error, or not at
/// all.</summary>
internal sealed record CellTold(
    StreamOutput? Stream = null, ValueOutput? Value = null, ErrorOutput? Error = null, JobProgress? Progress = null, bool Ended = false)
{
    private static readonly JsonSerializerOptions Line = new(JsonStyle.Compact) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>What the cell put out, if it is that.</summary>
    [JsonIgnore]
    internal CellOutput? Output => (CellOutput?)Stream ?? (CellOutput?)Value ?? Error;

    internal static CellTold Of(CellOutput output) => new(output as StreamOutput, output as ValueOutput, output as ErrorOutput);

    /// <summary>The reader and the writer of one end of a pipe.</summary>
    internal static (StreamReader Reader, StreamWriter Writer) Open(Stream pipe)
    {
        UTF8Encoding plain = new(encoderShouldEmitUTF8Identifier: false);
        return (new(pipe, plain), new(pipe, plain) { AutoFlush = true, NewLine = "\n" });
    }

    /// <summary>Sends a message; where the other end is gone, which the next <see cref="Read"/> tells, it is lost.</summary>
    internal static void Write<T>(StreamWriter writer, T message)
    {
        try
        {
            writer.WriteLine(JsonSerializer.Serialize(message, Line));
        }
        catch (IOException)
        {
            // A cell's thread may end the process between two cells.
        }
    }

    /// <summary>The next message; null once the other end is gone.</summary>
    internal static T? Read<T>(StreamReader reader)
        where T : class
    {
        try
        {
            return reader.ReadLine() is { } line ? JsonSerializer.Deserialize<T>(line, Line) : null;
        }
        catch (Exception error) when (error is IOException or JsonException or ObjectDisposedException)
        {
            // Ended in the middle of a line.
            return null;
        }
    }
}
