using System.Text.RegularExpressions;

namespace EmbedKit.Cli.Tests;

/// <summary>One "How to add …" of a README, as it stands there: files to make, lines to put in, commands to run, what they print.</summary>
internal sealed partial record HowTo(string Readme, string Title)
{
    private const string Heading = "## How to add ";

    /// <summary>Files to make, and their text.</summary>
    internal List<(string Path, string Text)> Files { get; } = [];

    /// <summary>Lines to put into a file, below the one line that holds the anchor.</summary>
    internal List<(string Path, string Anchor, string Text)> Insertions { get; } = [];

    /// <summary>A script to be run in the clone's root.</summary>
    internal string Commands { get; private set; } = "";

    /// <summary>Lines that it prints, or parts of them.</summary>
    internal string[] Printed { get; private set; } = [];

    /// <summary>Every one of a README; a heading without a file or line to add, or without a command, is a failure.</summary>
    internal static IEnumerable<HowTo> Read(string readme)
    {
        var lines = File.ReadAllLines(readme);
        for (var at = 0; at < lines.Length; at++)
        {
            if (lines[at].StartsWith(Heading, StringComparison.Ordinal))
            {
                var end = Array.FindIndex(lines, at + 1, l => l.StartsWith("## ", StringComparison.Ordinal));
                var howTo = new HowTo(readme, lines[at][Heading.Length..]);
                howTo.ReadSteps(lines[(at + 1)..(end < 0 ? lines.Length : end)]);
                yield return howTo;
            }
        }
    }

    /// <summary>Does what the text says in a copy of the clone.</summary>
    internal void ApplyTo(string clone)
    {
        foreach (var (path, text) in Files)
        {
            var file = Path.Combine(clone, path);
            Assert.False(File.Exists(file), $"{Readme}, {Title}: {path} is there already; a new file is expected.");
            File.WriteAllText(file, text);
        }

        foreach (var (path, anchor, text) in Insertions)
        {
            var lines = File.ReadAllLines(Path.Combine(clone, path)).ToList();
            int[] found = [.. Enumerable.Range(0, lines.Count).Where(i => lines[i].Contains(anchor, StringComparison.Ordinal))];
            Assert.True(found.Length == 1, $"{Readme}, {Title}: {found.Length} lines of {path} hold '{anchor}'; one is expected.");
            lines.Insert(found[0] + 1, text.TrimEnd('\n'));
            File.WriteAllLines(Path.Combine(clone, path), lines);
        }
    }

    private void ReadSteps(string[] lines)
    {
        for (var at = 0; at < lines.Length; at++)
        {
            string Block()
            {
                var open = Array.FindIndex(lines, at + 1, l => l.Length > 0);
                Assert.True(
                    open > 0 && lines[open].StartsWith("```", StringComparison.Ordinal), $"{Readme}, {Title}: no code follows '{lines[at]}'.");
                var close = Array.IndexOf(lines, "```", open + 1);
                at = close;
                return string.Concat(lines[(open + 1)..close].Select(l => l + "\n"));
            }

            if (NewFile().Match(lines[at]) is { Success: true } file)
            {
                Files.Add((file.Groups[1].Value, Block()));
            }
            else if (NewLine().Match(lines[at]) is { Success: true } line)
            {
                Insertions.Add((line.Groups[1].Value, line.Groups[2].Value, Block()));
            }
            else if (lines[at] == "Then:")
            {
                Commands = Block();
            }
            else if (lines[at] == "It prints:")
            {
                Printed = Block().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            }
        }

        Assert.True(
            Files.Count + Insertions.Count > 0 && Commands.Length > 0,
            $"{Readme}, {Title}: a new file or line and a command ('Then:') are expected.");
    }

    [GeneratedRegex("^New file `(.+)`:$")]
    private static partial Regex NewFile();

    [GeneratedRegex("^In `(.+)`, below the line with `(.+)`:$")]
    private static partial Regex NewLine();
}
