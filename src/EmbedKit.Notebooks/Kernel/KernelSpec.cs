using System.Text.Json.Nodes;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Kernel;

/// <summary>The <c>kernel.json</c> by which Jupyter finds the kernel.</summary>
public static class KernelSpec
{
    /// <summary>The name notebooks carry in their metadata.</summary>
    public const string Name = "embedkit";


    /// <summary>Jupyter's data folder of the current user.</summary>
    /// <exception cref="InputException">Nothing says where the user's files are.</exception>
    public static string UserFolder
    {
        get
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            var folder = Environment.GetEnvironmentVariable("JUPYTER_DATA_DIR") is { Length: > 0 } set ? set
                : OperatingSystem.IsWindows() ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "jupyter")
                : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Jupyter")
                : Path.Combine(
                    Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } data ? data
                        : Path.Combine(home, ".local", "share"), "jupyter");

            // Below the working folder nobody would find it.
            return Path.IsPathFullyQualified(folder) ? folder
                : throw new InputException($"HOME is '{home}'; expected the full path of the user's folder. Set it, or name a place by --prefix.");
        }
    }

    /// <summary>Writes the kernel's <c>kernel.json</c>.</summary>
    /// <param name="dataFolder">A Jupyter data folder, e.g. <see cref="UserFolder"/> or <c>PREFIX/share/jupyter</c>.</param>
    /// <param name="program">The command that starts <c>embedkit</c>, absolute.</param>
    /// <returns>The file's path.</returns>
    public static string Install(string dataFolder, IReadOnlyList<string> program)
    {
        ArgumentNullException.ThrowIfNull(program);
        var path = Path.Combine(dataFolder, "kernels", Name, "kernel.json");
        var spec = new JsonObject
        {
            ["argv"] = new JsonArray(
                [.. program.Concat(["kernel", "run", "--connection-file", "{connection_file}"]).Select(a => JsonValue.Create(a))]),
            ["display_name"] = "EmbedKit (C#)",
            ["language"] = "C#",
            ["interrupt_mode"] = "message",
        };
        JsonStyle.Write(path, spec);
        return path;
    }
}
