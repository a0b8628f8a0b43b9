using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace EmbedKit.Notebooks.Formatting;

/// <summary>Tables of ordinary objects: sequences of records, tuples or anonymous objects; dictionaries; one record by itself.</summary>
internal static class ObjectTable
{
    private const int MaxProperties = 60;

    /// <summary>A table of the value, or null when it does not read as one.</summary>
    internal static TableView? TryOf(object value) => value switch
    {
        string => null,
        IDictionary dictionary => OfDictionary(dictionary),
        IEnumerable items => OfItems(items),
        _ => OfRecord(value),
    };

    private static TableView? OfDictionary(IDictionary dictionary)
    {
        var shown = dictionary.Keys.Cast<object>().Take(TableView.Shown(dictionary.Count)).Select(k => (Key: k, Value: dictionary[k])).ToList();
        if (shown.Count > 0 && Members(shown.Select(e => e.Value)) is { } members)
        {
            return TableView.Of(
                ["key", .. members.Select(m => m.Name)], [.. shown.Select(e => Row(members, e.Value).Prepend(e.Key).ToArray())], dictionary.Count);
        }

        return TableView.Of(["key", "value"], [.. shown.Select(e => new[] { e.Key, e.Value })], dictionary.Count);
    }

    private static TableView? OfItems(IEnumerable items)
    {
        var probe = TableView.Probe;
        var shown = items.Cast<object?>().Take(probe).ToList();
        if (shown.Count == 0 || Members(shown) is not { } members)
        {
            return null;
        }

        long? total = items is ICollection collection ? collection.Count : shown.Count < probe ? shown.Count : null;
        return TableView.Of([.. members.Select(m => m.Name)], [.. shown.Take(TableView.Shown(shown.Count)).Select(i => Row(members, i))], total);
    }

    private static TableView? OfRecord(object value)
    {
        var type = value.GetType();
        var members = IsRecord(type) ? Members([value]) : null;
        return members is not null && members.All(m => CellText.IsSimple(m.Type))
            ? new(
                ["name", "value"], [.. members.Select(m => (IReadOnlyList<string>)[m.Name, CellText.Of(m.Read(value))])], [false, false],
                type.Name.Contains('<', StringComparison.Ordinal) ? null : type.Name)
            : null;
    }

    private static bool IsRecord(Type type) =>
        type.GetMethod("<Clone>$") is not null || type.IsDefined(typeof(CompilerGeneratedAttribute), false)
        || (type.IsValueType && type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance) is not null);

    /// <summary>What the items have in common to show: the properties of their one type, or the fields of a tuple; null when they are no such
    /// objects.</summary>
    private static List<Member>? Members(IEnumerable<object?> items)
    {
        var types = items.Where(i => i is not null).Select(i => i!.GetType()).Distinct().Take(2).ToList();
        if (types.Count != 1 || CellText.IsSimple(types[0])
            || (typeof(IEnumerable).IsAssignableFrom(types[0]) && !typeof(ITuple).IsAssignableFrom(types[0])))
        {
            return null;
        }

        var type = types[0];
        var members = typeof(ITuple).IsAssignableFrom(type) && type.IsValueType
            ? type.GetFields(BindingFlags.Public | BindingFlags.Instance).Select(f => new Member(f.Name, f.FieldType, f.GetValue)).ToList()
            : type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0 && p.CanRead)
                .Select(p => new Member(p.Name, p.PropertyType, p.GetValue)).ToList();
        return members.Count is > 0 and <= MaxProperties && !typeof(IDisposable).IsAssignableFrom(type) ? members : null;
    }

    private static object?[] Row(List<Member> members, object? item) => [.. members.Select(m => item is null ? null : Read(m, item))];

    private static object? Read(Member member, object item)
    {
        try
        {
            return member.Read(item);
        }
        catch (TargetInvocationException error)
        {
            return $"({error.InnerException?.GetType().Name})";
        }
    }

    private sealed record Member(string Name, Type Type, Func<object, object?> Read);
}
