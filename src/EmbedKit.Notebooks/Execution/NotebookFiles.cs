using EmbedKit.Notebooks.Dib;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Execution;

/// <summary>Notebooks as files: either format read, and the two files of an executed one written.</summary>
public static class NotebookFiles
{
    /// <summary>Reads the cells of a notebook.</summary>
    /// <param name="path">A Jupyter notebook when it ends in <c>.ipynb</c>, otherwise a <c>.dib</c> file.</param>
    /// <exception cref="InputException">No such file, or not a notebook of that format.</exception>
    public static DibNotebook Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.EndsWith(".ipynb", StringComparison.OrdinalIgnoreCase) ? IpynbReader.Read(path) : DibParser.Read(path);
    }

    /// <summary>Writes <c>NAME.ipynb</c> and <c>NAME.html</c>, atomically; those of a failed notebook show where it stopped.</summary>
    /// <param name="notebook">The notebook.</param>
    /// <param name="folder">Where to; made when missing.</param>
    /// <param name="options">Of the page.</param>
    /// <returns>The paths of both files.</returns>
    public static IReadOnlyList<string> Write(ExecutedNotebook notebook, string folder, NotebookHtmlOptions options)
    {
        ArgumentNullException.ThrowIfNull(notebook);
        string[] paths = [Path.Combine(folder, notebook.Name + ".ipynb"), Path.Combine(folder, notebook.Name + ".html")];
        FileGroup.Write(paths, staged =>
        {
            AtomicFile.WriteText(staged[0], IpynbWriter.ToText(notebook));
            AtomicFile.WriteText(staged[1], HtmlWriter.ToText(notebook, options));
        });
        return paths;
    }
}
