using EmbedKit.Notebooks.Execution;

namespace EmbedKit.Cli.Terminal;

/// <summary>Where notebooks' cells run: in another process of this program.</summary>
internal static class NotebookCells
{
    /// <summary>The verb of <c>notebook</c> that runs them; hidden, since it is of use to this program only.</summary>
    internal const string Verb = "cells";

    /// <summary>A process that starts with the first cell.</summary>
    internal static CellProcess Process() => new([.. ThisProgram.Command, "notebook", Verb]);
}
