namespace EmbedKit.Cli.Terminal;

/// <summary>How this program is started again: by the <c>dotnet</c> host, or by itself.</summary>
internal static class ThisProgram
{
    internal static IReadOnlyList<string> Command { get; } = Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet"
        ? [Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "EmbedKit.Cli.dll")]
        : [Environment.ProcessPath!];
}
