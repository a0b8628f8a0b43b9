namespace EmbedKit.Tests;

/// <summary>Public sample files that may not be committed; tests that need them skip where they are not.</summary>
internal static class Samples
{
    internal static string Find(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", "samples", name);
            if (Path.Exists(path))
            {
                return path;
            }
        }

        Assert.Skip($"shared/samples/{name} not present");
        return "";
    }
}
