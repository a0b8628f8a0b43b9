using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EmbedKit.Notebooks.Dib;
using EmbedKit.Notebooks.Formatting;
using EmbedKit.Notebooks.Session;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Execution;

/// <summary>Writes Jupyter notebooks (nbformat 4.5). Cell ids follow from the order, and nothing from the clock: equal runs give equal
/// bytes.</summary>
public static class IpynbWriter
{
    private static readonly JsonSerializerOptions Style = new(JsonStyle.Indented) { IndentSize = 1 };

    /// <summary>An executed notebook as JSON text; what draws its charts is in it once, so that they show without a network.</summary>
    /// <param name="notebook">The notebook.</param>
    public static string ToText(ExecutedNotebook notebook)
    {
        ArgumentNullException.ThrowIfNull(notebook);
        return ToText(notebook.Cells);
    }

    /// <summary>A notebook that has not run, as JSON text without outputs.</summary>
    /// <param name="notebook">The notebook.</param>
    public static string ToText(DibNotebook notebook)
    {
        ArgumentNullException.ThrowIfNull(notebook);
        return ToText([.. notebook.Cells.Select(c => new ExecutedCell(c, null, []))]);
    }

    private static string ToText(IReadOnlyList<ExecutedCell> cells)
    {
        var firstChart = cells.SelectMany(c => c.Outputs).FirstOrDefault(ChartFormat.IsIn);
        var root = new JsonObject
        {
            ["cells"] = new JsonArray([.. cells.Select((c, i) => Cell(c, i, firstChart))]),
            ["metadata"] = new JsonObject
            {
                ["kernelspec"] = new JsonObject { ["display_name"] = "EmbedKit (C#)", ["language"] = "C#", ["name"] = "embedkit" },
                ["language_info"] = new JsonObject
                {
                    ["file_extension"] = ".cs",
                    ["mimetype"] = "text/x-csharp",
                    ["name"] = "C#",
                    ["pygments_lexer"] = "csharp",
                },
            },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        };
        return root.ToJsonString(Style) + "\n";
    }

    private static JsonObject Cell(ExecutedCell cell, int index, CellOutput? firstChart)
    {
        var json = new JsonObject
        {
            ["cell_type"] = cell.Source.IsMarkdown ? "markdown" : "code",
            ["id"] = string.Create(CultureInfo.InvariantCulture, $"cell-{index + 1:000}"),
            ["metadata"] = new JsonObject(),
            ["source"] = Lines(cell.Source.IsMarkdown || cell.Source.IsCode ? cell.Source.Content : $"#!{cell.Source.Kernel}\n{cell.Source.Content}"),
        };
        if (!cell.Source.IsMarkdown)
        {
            var outputs = cell.Outputs.SelectMany(o => (IEnumerable<CellOutput>)(ReferenceEquals(o, firstChart) ? [ChartFormat.Script, o] : [o]));
            json["execution_count"] = cell.ExecutionCount;
            json["outputs"] = new JsonArray([.. outputs.Select(o => Output(o, cell.ExecutionCount))]);
        }

        return json;
    }

    private static JsonObject Output(CellOutput output, int? count)
    {
        switch (output)
        {
            case StreamOutput stream:
                return new() { ["name"] = stream.Name, ["output_type"] = "stream", ["text"] = Lines(stream.Text) };
            case ErrorOutput error:
                return new()
                {
                    ["ename"] = error.Name,
                    ["evalue"] = error.Message,
                    ["output_type"] = "error",
                    ["traceback"] = new JsonArray([.. Traceback(error).Select(l => JsonValue.Create(l))]),
                };
            case ValueOutput { IsResult: true } value:
                return new()
                {
                    ["data"] = Data(value, asLines: true),
                    ["execution_count"] = count,
                    ["metadata"] = new JsonObject(),
                    ["output_type"] = "execute_result",
                };
            case ValueOutput value:
                return new() { ["data"] = Data(value, asLines: true), ["metadata"] = new JsonObject(), ["output_type"] = "display_data" };
            default:
                throw new ArgumentException($"No Jupyter output for {output.GetType().Name}.", nameof(output));
        }
    }

    /// <summary>A value's MIME bundle; JSON types become JSON, other text a list of lines or one string.</summary>
    internal static JsonObject Data(ValueOutput value, bool asLines)
    {
        var data = new JsonObject();
        foreach (var (mime, text) in value.Data)
        {
            data[mime] = mime.EndsWith("json", StringComparison.Ordinal) ? JsonNode.Parse(text) : asLines ? Lines(text) : JsonValue.Create(text);
        }

        return data;
    }

    /// <summary>What Jupyter shows of an error: the message, then the stack.</summary>
    internal static IEnumerable<string> Traceback(ErrorOutput error) =>
        error.Message.Split('\n').Select((l, i) => i == 0 ? $"{error.Name}: {l}" : l).Concat(error.Trace);

    private static JsonArray Lines(string text)
    {
        var lines = new JsonArray();
        for (var begin = 0; begin < text.Length;)
        {
            var end = text.IndexOf('\n', begin) is var at and >= 0 ? at + 1 : text.Length;
            lines.Add(JsonValue.Create(text[begin..end]));
            begin = end;
        }

        return lines;
    }
}
