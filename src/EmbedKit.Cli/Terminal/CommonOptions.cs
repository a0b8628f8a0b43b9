using System.CommandLine;

namespace EmbedKit.Cli.Terminal;

/// <summary>Options that every long verb has, with one meaning.</summary>
internal static class CommonOptions
{
    internal static readonly Option<long> Seed = new("--seed")
    {
        Description = "Root seed; every random stream derives from it.",
        DefaultValueFactory = _ => 0,
    };

    internal static readonly Option<int> Threads = new("--threads")
    {
        Description = "Threads to use.",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    internal static readonly Option<bool> Json = new("--json")
    {
        Description = "Print one JSON object as the last line, and nothing else on standard output.",
    };

    static CommonOptions() => Threads.Validators.Add(result =>
    {
        if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() < 1)
        {
            result.AddError("--threads: expected at least 1.");
        }
    });
}
