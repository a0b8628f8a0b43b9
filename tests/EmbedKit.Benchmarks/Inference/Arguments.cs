namespace EmbedKit.Benchmarks.Inference;

/// <summary>Options written <c>--name value</c>.</summary>
internal static class Arguments
{
    /// <summary>The value behind an option, or what it is when missing.</summary>
    internal static string Option(this string[] arguments, string name, string missing) =>
        Array.IndexOf(arguments, $"--{name}") is >= 0 and var at && at + 1 < arguments.Length ? arguments[at + 1] : missing;

    /// <summary>The same for a whole number.</summary>
    internal static int Option(this string[] arguments, string name, int missing) =>
        int.Parse(arguments.Option(name, $"{missing}"), System.Globalization.CultureInfo.InvariantCulture);
}
