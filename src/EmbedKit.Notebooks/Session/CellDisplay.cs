using System.Diagnostics.CodeAnalysis;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Formatting;

namespace EmbedKit.Notebooks.Session;

/// <summary><c>display</c> of every cell, in front of .NET Interactive's own, in whose middle no interrupt may strike.</summary>
[SuppressMessage("Style", "IDE1006", Justification = "The name is .NET Interactive's.")]
public static class CellDisplay
{
    /// <summary>Shows a value below the cell, now, as the type of the value prefers.</summary>
    /// <param name="value">Any value.</param>
    public static DisplayedValue display(object? value) => Shown(() => Microsoft.DotNet.Interactive.Kernel.display(value));

    /// <summary>Shows a value below the cell, now.</summary>
    /// <param name="value">Any value.</param>
    /// <param name="mimeType">Show it only as this type.</param>
    public static DisplayedValue display(object? value, string mimeType) => Shown(() => Microsoft.DotNet.Interactive.Kernel.display(value, mimeType));

    private static DisplayedValue Shown(Func<DisplayedValue> show)
    {
        DisplayedValue? shown = null;
        CellThread.Unabortable(() => shown = show());
        return shown!;
    }
}
