using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Datasets.Prompts;

/// <summary>The templates of <c>data/prompts</c>, which are built into the library.</summary>
public static class ShippedPrompts
{
    private const string Prefix = "prompts/";

    /// <summary>The published template of a data set.</summary>
    /// <param name="dataset">Its name, e.g. <c>ham10000</c>.</param>
    /// <exception cref="InputException">There is none.</exception>
    public static PromptTemplate Published(string dataset) =>
        Find($"{dataset}.published.txt") ?? throw new InputException($"{dataset}: no published prompt; there are: {string.Join(", ", Names())}.");

    /// <summary>The leak-free template of a data set; the published one where that has no leak.</summary>
    /// <param name="dataset">Its name, e.g. <c>ham10000</c>.</param>
    /// <exception cref="InputException">There is neither.</exception>
    public static PromptTemplate LeakFree(string dataset) => Find($"{dataset}.leak-free.txt") ?? Published(dataset);

    /// <summary>The file names of all templates.</summary>
    public static IReadOnlyList<string> Names() => [.. typeof(ShippedPrompts).Assembly.GetManifestResourceNames()
        .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Select(n => n[Prefix.Length..]).Order(StringComparer.Ordinal)];

    private static PromptTemplate? Find(string name)
    {
        using var stream = typeof(ShippedPrompts).Assembly.GetManifestResourceStream(Prefix + name);
        if (stream is null)
        {
            return null;
        }

        using var reader = new StreamReader(stream);
        return PromptTemplate.Parse(reader.ReadToEnd(), name);
    }
}
