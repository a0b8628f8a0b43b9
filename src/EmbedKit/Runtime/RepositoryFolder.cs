namespace EmbedKit.Runtime;

/// <summary>Finds folders that come with the repository: models, published numbers, notebooks.</summary>
public static class RepositoryFolder
{
    /// <summary>The variable of the environment in which the <c>embedkit</c> script names its clone.</summary>
    public const string Variable = "EMBEDKIT_CLONE";

    private const string RootMark = "EmbedKit.sln";

    /// <summary>What the packaged command carries of the repository, beside itself.</summary>
    private const string CarriedFolder = "clone";

    /// <summary>Looks in the clone around the current folder, in the one around the program or that started it, and in what the packaged command
    /// carries.</summary>
    /// <param name="relative">The folder, e.g. <c>data/reference</c> or <c>notebooks</c>.</param>
    /// <returns>The folder's full path.</returns>
    /// <exception cref="InputException">None of them has the folder.</exception>
    public static string Find(string relative)
    {
        ArgumentException.ThrowIfNullOrEmpty(relative);
        return Roots().Select(root => Path.Combine(root, relative)).FirstOrDefault(Directory.Exists)
            ?? throw new InputException(
                $"{relative}: no such folder in a clone of EmbedKit around {Environment.CurrentDirectory} or the program; expected one. Run from "
                    + $"inside a clone, set {Variable} to one, or give the folder's path.");
    }

    private static IEnumerable<string> Roots()
    {
        foreach (var start in (string?[])[Environment.CurrentDirectory, AppContext.BaseDirectory, Environment.GetEnvironmentVariable(Variable)])
        {
            for (var folder = string.IsNullOrWhiteSpace(start) ? null : new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, RootMark)))
                {
                    yield return folder.FullName;
                }
            }
        }

        yield return Path.Combine(AppContext.BaseDirectory, CarriedFolder);
    }
}
