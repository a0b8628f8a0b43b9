namespace EmbedKit.Runtime;

/// <summary>Finds folders that come with the repository: models, published numbers, notebooks.</summary>
public static class RepositoryFolder
{
    private const string RootMark = "EmbedKit.sln";

    /// <summary>Looks in the checkout around the current folder, then in the one around the program.</summary>
    /// <param name="relative">The folder, e.g. <c>data/reference</c> or <c>notebooks</c>.</param>
    /// <returns>The folder's full path.</returns>
    /// <exception cref="InputException">There is no checkout around either, or it lacks the folder.</exception>
    public static string Find(string relative)
    {
        ArgumentException.ThrowIfNullOrEmpty(relative);
        foreach (var start in (string[])[Directory.GetCurrentDirectory(), AppContext.BaseDirectory])
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                var found = Path.Combine(folder.FullName, relative);
                if (File.Exists(Path.Combine(folder.FullName, RootMark)) && Directory.Exists(found))
                {
                    return found;
                }
            }
        }

        throw new InputException($"{relative}: no such folder in a checkout around {Directory.GetCurrentDirectory()} or the program; expected the EmbedKit repository around one of them. Run from inside a clone, or give the folder's path.");
    }
}
