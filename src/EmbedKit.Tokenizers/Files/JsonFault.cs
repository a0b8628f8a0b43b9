using System.Globalization;
using System.Text.RegularExpressions;

namespace EmbedKit.Tokenizers.Files;

/// <summary>What .NET says of JSON, in words for who wrote it: without byte numbers, and with the line only where the message has none yet.</summary>
internal static partial class JsonFault
{
    /// <summary>Whether text begins as UTF-16 does, which parsers of bytes stumble over.</summary>
    internal static bool IsUtf16(ReadOnlySpan<byte> bytes) => bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..];

    /// <summary>A message around one of .NET's, or that alone.</summary>
    internal static string Words(string message)
    {
        var hasLine = OwnLine().IsMatch(message);
        return Place().Replace(
            Kind().Replace(TooEarly().Replace(message, "it is cut short"), "is of another kind than expected"), place =>
            {
                var key = place.Groups["key"].Value.TrimStart('.');
                var line = int.Parse(place.Groups["line"].ValueSpan, CultureInfo.InvariantCulture) + 1;
                return (key.Length == 0 ? "" : $" at '{key}'") + (hasLine ? "" : $" in line {line}");
            });
    }

    [GeneratedRegex(@" line \d+:", RegexOptions.CultureInvariant)]
    private static partial Regex OwnLine();

    [GeneratedRegex(@"\.? *(Path: \$(?<key>.*?) \| )?LineNumber: (?<line>\d{1,9}) \| BytePositionInLine: \d+\.?", RegexOptions.CultureInvariant)]
    private static partial Regex Place();

    [GeneratedRegex(@"could not be converted to [\w.+`\[\],]*\w\]?", RegexOptions.CultureInvariant)]
    private static partial Regex Kind();

    [GeneratedRegex(
        @"Expected depth to be zero at the end of the JSON payload\. There is an open JSON object or array that should be closed"
            + @"|The input does not contain any JSON tokens\. Expected the input to start with a valid JSON token, when isFinalBlock is true"
            + @"|(Expected|'[^']*' is)[^(.]*reached end of data",
        RegexOptions.CultureInvariant)]
    private static partial Regex TooEarly();
}
