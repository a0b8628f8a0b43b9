using EmbedKit.Benchmarking;
using EmbedKit.Charts;
using Plotly.NET;

namespace EmbedKit.Report;

/// <summary>What the report page says. All text is plain text; the page escapes it.</summary>
public sealed record ReportContent
{
    /// <summary>The page's heading.</summary>
    public required string Title { get; init; }

    /// <summary>Where the data come from, e.g. <c>synthetic demo data</c>; stands in the header and over every computed column.</summary>
    public required string Provenance { get; init; }

    /// <summary>Paragraphs below the heading: what was run, and how to read it.</summary>
    public required IReadOnlyList<string> Summary { get; init; }

    /// <summary>The run. The only part of the page that may differ between two runs of one seed on one machine.</summary>
    public required ReportRun Run { get; init; }

    /// <summary>The experiments, in order.</summary>
    public required IReadOnlyList<ReportSection> Sections { get; init; }

    /// <summary>Files of the run as a whole, below the sections.</summary>
    public IReadOnlyList<ReportLink> Files { get; init; } = [];
}

/// <summary>How the numbers came about.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Seed">The root seed.</param>
/// <param name="Minutes">Wall-clock minutes of the whole run.</param>
/// <param name="Command">The command that runs it again, e.g. <c>embedkit reproduce --seed 7</c>.</param>
public sealed record ReportRun(MachineDescription Machine, long Seed, double Minutes, string Command);

/// <summary>One experiment: question, the paper's claim, figures, findings, tables, files.</summary>
public sealed record ReportSection
{
    /// <summary>The id to link to: a letter, then letters, digits or hyphens.</summary>
    public required string Id { get; init; }

    /// <summary>Heading.</summary>
    public required string Title { get; init; }

    /// <summary>The question the experiment asks.</summary>
    public required string Question { get; init; }

    /// <summary>What the paper claims, each with its source.</summary>
    public IReadOnlyList<PublishedClaim> Claims { get; init; } = [];

    /// <summary>Figures.</summary>
    public IReadOnlyList<ReportFigure> Figures { get; init; } = [];

    /// <summary>Small pictures with captions, below the figures.</summary>
    public IReadOnlyList<ReportPicture> Pictures { get; init; } = [];

    /// <summary>What this run shows, in words; also what it cannot show.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>"Published | reproduced | leak-free", one a group of numbers.</summary>
    public IReadOnlyList<ComparisonTable> Comparisons { get; init; } = [];

    /// <summary>Other tables, all of computed numbers.</summary>
    public IReadOnlyList<ReportTable> Tables { get; init; } = [];

    /// <summary>Result files and executed notebooks.</summary>
    public IReadOnlyList<ReportLink> Files { get; init; } = [];
}

/// <summary>A claim of the paper.</summary>
/// <param name="Text">The claim, with its numbers as published.</param>
/// <param name="Source">Where it stands.</param>
public sealed record PublishedClaim(string Text, string Source);

/// <summary>A figure with a caption.</summary>
/// <param name="Id">The element's id, unique on the page.</param>
/// <param name="Chart">The figure.</param>
/// <param name="Caption">How to read it.</param>
public sealed record ReportFigure(string Id, GenericChart Chart, string Caption);

/// <summary>Pictures side by side under one caption, embedded in the page.</summary>
/// <param name="Jpegs">JPEG files, small ones.</param>
/// <param name="Caption">What they show.</param>
public sealed record ReportPicture(IReadOnlyList<byte[]> Jpegs, string Caption);

/// <summary>Published numbers beside this run's, as the paper's protocol gives them and without its leaks.</summary>
/// <param name="Caption">What is compared.</param>
/// <param name="Rows">The lines.</param>
public sealed record ComparisonTable(string Caption, IReadOnlyList<ComparisonRow> Rows);

/// <summary>A table of computed numbers.</summary>
/// <param name="Caption">What it shows.</param>
/// <param name="Columns">Column headings.</param>
/// <param name="Rows">Cells, one a column; numbers are set flush right.</param>
public sealed record ReportTable(string Caption, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>A link to a file of the run.</summary>
/// <param name="Text">What it is.</param>
/// <param name="Path">Relative to the page, with forward slashes; the file must be there.</param>
public sealed record ReportLink(string Text, string Path);
