using System.Collections;
using System.Globalization;
using EmbedKit.Runtime;
using Microsoft.DotNet.Interactive.Formatting;

namespace EmbedKit.Notebooks.Formatting;

/// <summary>One value as the text of a table's cell.</summary>
internal static class CellText
{
    private const int MaxLength = 240;
    private const int MaxItems = 8;

    internal static bool IsNumber(object value) =>
        value is sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal or Half or Int128;

    /// <summary>Types whose values read well in one cell.</summary>
    internal static IReadOnlyCollection<Type> SimpleTypes { get; } = new HashSet<Type>
    {
        typeof(Enum), typeof(bool), typeof(char), typeof(string), typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(int),
        typeof(uint), typeof(long), typeof(ulong), typeof(nint), typeof(nuint), typeof(Half), typeof(float), typeof(double), typeof(decimal),
        typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeSpan), typeof(Guid),
    };

    /// <summary>Whether a value of the type reads well in one cell.</summary>
    internal static bool IsSimple(Type type)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        return bare.IsEnum || SimpleTypes.Contains(bare);
    }

    /// <summary>Numbers as everywhere in the kit (<see cref="NumberText"/>); text as it is, cut where it is long.</summary>
    internal static string Of(object? value) => Shorten(value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "true" : "false",
        float number => NumberText.General(number),
        double number => NumberText.General(number),
        Half number => NumberText.General((double)number),
        IFormattable number when IsNumber(value) => number.ToString(null, CultureInfo.InvariantCulture).Replace('-', '−'),
        IFormattable simple when IsSimple(value.GetType()) => simple.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable items => Items(items),
        _ => Formatter.ToDisplayString(value, ValueView.Usual(value.GetType(), ValueFormatter.Plain)),
    });

    private static string Items(IEnumerable items)
    {
        var shown = items.Cast<object?>().Take(MaxItems + 1).Select(Of).ToList();
        return $"[{string.Join(", ", shown.Take(MaxItems))}{(shown.Count > MaxItems ? ", …" : "")}]";
    }

    private static string Shorten(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= MaxLength ? line : line[..(MaxLength - 1)] + "…";
    }
}
