using Microsoft.DotNet.Interactive.Formatting;

namespace EmbedKit.Notebooks.Formatting;

/// <summary>Registers how charts, data frames and the library's own types are shown.</summary>
internal static class FormatterRegistrations
{
    internal static void Register()
    {
    }
}
