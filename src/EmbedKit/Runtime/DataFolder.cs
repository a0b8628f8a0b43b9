namespace EmbedKit.Runtime;

/// <summary>Finds the files that come with the repository below <c>data/</c>.</summary>
public static class DataFolder
{
    private const string RootMark = "EmbedKit.sln";

    /// <summary>Looks for <c>data/NAME</c> of the checkout around the current folder, then of the one around the program.</summary>
    /// <param name="name">E.g. <c>reference</c> or <c>models</c>.</param>
    /// <returns>The folder's full path.</returns>
    /// <exception cref="InputException">There is no checkout around either, or it lacks the folder.</exception>
    public static string Find(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        foreach (var start in (string[])[Directory.GetCurrentDirectory(), AppContext.BaseDirectory])
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                var found = Path.Combine(folder.FullName, "data", name);
                if (File.Exists(Path.Combine(folder.FullName, RootMark)) && Directory.Exists(found))
                {
                    return found;
                }
            }
        }

        throw new InputException($"data/{name}: no such folder above {Directory.GetCurrentDirectory()} or the program; expected the EmbedKit repository around one of them. Run from inside a clone, or give the folder's path.");
    }
}
