using EmbedKit.Notebooks.Dib;
using EmbedKit.Notebooks.Session;

namespace EmbedKit.Notebooks.Execution;

/// <summary>A notebook and what its cells put out.</summary>
/// <param name="Name">The file's name without its ending.</param>
/// <param name="Cells">Every cell; those after a failed one have not run.</param>
/// <param name="Failure">Where it stopped, or null when every cell succeeded.</param>
public sealed record ExecutedNotebook(string Name, IReadOnlyList<ExecutedCell> Cells, NotebookFailure? Failure);

/// <summary>A cell and its outputs.</summary>
/// <param name="Source">The cell.</param>
/// <param name="ExecutionCount">Which code cell to run it was, from 1; null when it did not run.</param>
/// <param name="Outputs">Its outputs in order; console text that follows console text of the same stream is one output.</param>
public sealed record ExecutedCell(DibCell Source, int? ExecutionCount, IReadOnlyList<CellOutput> Outputs);

/// <summary>The cell that stopped a notebook.</summary>
/// <param name="File">The <c>.dib</c> file.</param>
/// <param name="Cell">Its number among all cells, from 1.</param>
/// <param name="Line">The line of the file, from 1.</param>
/// <param name="Error">What went wrong.</param>
public sealed record NotebookFailure(string File, int Cell, int Line, ErrorOutput Error)
{
    /// <summary>File, line, cell and message in one line.</summary>
    public override string ToString() => $"{File} line {Line} (cell {Cell}): {Error.Name}: {Error.Message.ReplaceLineEndings("; ")}";
}
