using EmbedKit.Notebooks.Dib;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Session;

/// <summary><c>#!import</c>: the engine's own goes on after a cell that failed, takes paths from the working directory alone, and never ends where a
/// notebook imports itself.</summary>
internal static class NotebookImport
{
    /// <summary>Runs the cells of another notebook; the first that fails fails the cell, in both notebooks' lines.</summary>
    internal static async Task Run(string file, CellEngine engine)
    {
        if (CellScope.Current is not { Error: null } scope)
        {
            return;
        }

        var importer = scope.Sources.Peek();
        var line = importer.LineOf("#!import") + 1;
        try
        {
            var path = Path.GetFullPath(file, Path.GetDirectoryName(importer.Path) ?? Environment.CurrentDirectory);
            if (scope.Sources.Any(s => s.Path == path))
            {
                throw new InputException($"{file}: the notebook imports itself.");
            }

            foreach (var cell in DibParser.Read(path).Cells.Where(c => !c.IsMarkdown))
            {
                await engine.Run(new(Path.GetFileName(path), cell.Content, path), cell.Kernel, scope);
                if (scope.Error is { } error)
                {
                    var at = cell.Line + Math.Max(0, error.Line - 1);
                    scope.Error = error with { Message = $"{Path.GetFileName(path)} line {at}: {error.Message}", Line = line };
                    return;
                }
            }
        }
        catch (InputException error)
        {
            scope.Fail(new("ImportError", $"#!import {error.Message}", line, []));
        }
        catch (CellException error)
        {
            scope.Fail(error.ToOutput() with { Line = line });
        }
    }
}
