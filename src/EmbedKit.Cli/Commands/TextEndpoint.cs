using System.CommandLine;
using EmbedKit.Cli.Terminal;
using EmbedKit.Http;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Commands;

/// <summary>An endpoint that embeds texts, as the command line and the environment name it.</summary>
internal static class TextEndpoint
{
    internal static readonly Option<string> Cache = new("--text-cache")
    {
        Description = "Folder where an endpoint's answers are kept by content, so that nothing is asked for twice; it holds no texts.",
        DefaultValueFactory = _ =>
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "EmbedKit", "text-embeddings"),
    };

    internal static readonly Option<bool> AllowInsecure = new("--allow-insecure")
    {
        Description = "Let texts go to an endpoint over plain http on a public network.",
    };

    /// <summary>Opens it, with its cache before it.</summary>
    /// <param name="address"><c>https://HOST/v1#MODEL</c>.</param>
    /// <param name="context">The verb's.</param>
    internal static CachedTextGenerator Open(string address, CommandContext context)
    {
        var options = EndpointOptions.Parse(address);
        options = options with
        {
            ApiKey = KeyFor(options.Address, Environment.GetEnvironmentVariable),
            AllowInsecure = context.Arguments.GetValue(AllowInsecure),
        };
        return new(new EndpointTextGenerator(options, context.TellOfWait), context.Arguments.GetValue(Cache)!, options.BatchSize);
    }

    /// <summary>EMBEDKIT_API_KEY, which was set for this; OPENAI_API_KEY, which often is set for something else, goes to OpenAI alone.</summary>
    internal static string? KeyFor(Uri address, Func<string, string?> environment)
    {
        var openAi = address.Scheme == Uri.UriSchemeHttps && address.IdnHost.Equals("api.openai.com", StringComparison.OrdinalIgnoreCase);
        string? Key(string name) => BearerToken.Check(environment(name), name);
        return Key("EMBEDKIT_API_KEY") ?? (openAi ? Key("OPENAI_API_KEY") : null);
    }
}
