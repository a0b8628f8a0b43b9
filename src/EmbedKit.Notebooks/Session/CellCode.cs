using System.Text.RegularExpressions;

namespace EmbedKit.Notebooks.Session;

/// <summary>A part of a cell, to be run in order.</summary>
/// <param name="Line">The 1-based line of the cell it stands on.</param>
internal abstract record CellStep(int Line);

/// <summary>C# code, padded with empty lines so that its line numbers are the cell's.</summary>
internal sealed record CodeStep(string Code, int Line) : CellStep(Line);

/// <summary><c>#!import other.dib</c>.</summary>
internal sealed record ImportStep(string Path, int Line) : CellStep(Line);

/// <summary><c>#r "nuget: Name, Version"</c>; the version may be missing.</summary>
internal sealed record PackageStep(string Name, string? Version, int Line) : CellStep(Line);

/// <summary><c>#r "file.dll"</c>.</summary>
internal sealed record AssemblyStep(string Path, int Line) : CellStep(Line);

/// <summary>A cell taken apart: C#, and the directives that are not C#.</summary>
/// <param name="Steps">What to do, in order.</param>
/// <param name="Timed">Whether <c>#!time</c> was asked for.</param>
internal sealed partial record CellCode(IReadOnlyList<CellStep> Steps, bool Timed)
{
    private static readonly string[] Magics = ["#!import", "#!time"];

    /// <summary>Takes a cell apart; nothing has run when it fails.</summary>
    /// <exception cref="CellException">An unknown <c>#!</c> command at column 0, even inside a comment.</exception>
    internal static CellCode Parse(string content)
    {
        var lines = content.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        var steps = new List<CellStep>();
        var (timed, begin) = (false, 0);
        for (var i = 0; i < lines.Length; i++)
        {
            CellStep? step = null;
            if (lines[i].StartsWith("#!", StringComparison.Ordinal))
            {
                var words = lines[i].Trim().Split((char[])[' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries);
                var argument = words.Length > 1 ? words[1].Trim().Trim('"') : "";
                timed |= words[0] == "#!time";
                step = words[0] switch
                {
                    "#!import" when argument.Length > 0 => new ImportStep(argument, i + 1),
                    "#!import" => throw new CellException("DNI101", "#!import: no file named; expected: #!import other.dib", i + 1),
                    "#!time" or "#!csharp" or "#!c#" => null,
                    _ =>
                        throw new CellException(
                            "DNI101",
                            $"Unknown magic command '{words[0]}'; known here: {string.Join(", ", Magics)}, #r \"nuget: …\", #r \"file.dll\".", i + 1),
                };
            }
            else if (Reference().Match(lines[i]) is { Success: true } reference)
            {
                step = ReferenceOf(reference.Groups["what"].Value.Trim(), i + 1);
            }
            else
            {
                continue;
            }

            lines[i] = "";
            if (step is not null)
            {
                // Packages come first, as using directives may stand before their #r; an import splits the cell.
                if (step is ImportStep)
                {
                    AddCode(steps, lines, begin, i);
                    begin = i;
                }

                steps.Add(step);
            }
        }

        AddCode(steps, lines, begin, lines.Length);
        return new(steps, timed);
    }

    private static CellStep ReferenceOf(string what, int line)
    {
        if (!what.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase))
        {
            return new AssemblyStep(what, line);
        }

        var parts = what[6..].Split(',', 2, StringSplitOptions.TrimEntries);
        return parts[0].Length > 0
            ? new PackageStep(parts[0], parts.Length > 1 && parts[1] is not ("" or "*-*") ? parts[1] : null, line)
            : throw new CellException("DNI102", "#r \"nuget:\": no package named; expected: #r \"nuget: Name, Version\"", line);
    }

    private static void AddCode(List<CellStep> steps, string[] lines, int begin, int end)
    {
        var first = Array.FindIndex(lines, begin, end - begin, l => !string.IsNullOrWhiteSpace(l));
        if (first >= 0)
        {
            steps.Add(new CodeStep(new string('\n', begin) + string.Join('\n', lines[begin..end]), first + 1));
        }
    }

    [GeneratedRegex("""^#r\s+"(?<what>[^"]+)"\s*(//.*)?$""")]
    private static partial Regex Reference();
}
