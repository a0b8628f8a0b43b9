using Microsoft.DotNet.Interactive.Formatting;

namespace EmbedKit.Notebooks.Formatting;

/// <summary>What values of a type look like, as one of the formatters that .NET Interactive asks, a MIME type each.</summary>
internal sealed class ValueView : ITypeFormatter
{
    /// <summary>The view that was made for one MIME type and waits to be asked for the others: a lazy sequence is to run once and not once a type.
    /// </summary>
    [ThreadStatic]
    private static (WeakReference<object> Value, Dictionary<string, string> Texts)? _made;

    private readonly Func<object, IReadOnlyList<KeyValuePair<string, string>>?> _view;

    private ValueView(Type type, string mimeType, Func<object, IReadOnlyList<KeyValuePair<string, string>>?> view) =>
        (Type, MimeType, _view) = (type, mimeType, view);

    public Type Type { get; }

    public string MimeType { get; }

    /// <summary>Registers a view of a type, above those registered before and those that the type itself names.</summary>
    /// <param name="type">The type; derived ones are shown alike.</param>
    /// <param name="view">A value's text by MIME type; null where the usual view is to stand.</param>
    /// <param name="mimeTypes">The types it gives, the richest first.</param>
    internal static void Register(Type type, Func<object, IReadOnlyList<KeyValuePair<string, string>>?> view, params string[] mimeTypes)
    {
        // What the type names by an attribute is read at the first question, and its preferences would otherwise come after these.
        _ = Formatter.GetPreferredMimeTypesFor(type);
        foreach (var mimeType in mimeTypes)
        {
            Formatter.Register(new ValueView(type, mimeType, view));
        }

        Formatter.SetPreferredMimeTypesFor(type, mimeTypes);
    }

    public bool Format(object? instance, FormatContext context)
    {
        // Inside another value's view, and where there is none, the usual text stands.
        if ((context.Depth > 1 && Type == typeof(object)) || instance is null || Text(instance) is not { } text)
        {
            return Usual(instance?.GetType() ?? typeof(object), MimeType).Format(instance!, context);
        }

        context.Writer.Write(text);
        return true;
    }

    /// <summary>The formatter of a type where no view of the kit stood.</summary>
    internal static ITypeFormatter Usual(Type type, string mimeType) => Formatter.RegisteredFormatters(includeDefaults: true)
        .Where(f => f is not ValueView && f.MimeType == mimeType && f.Type.IsAssignableFrom(type))
        .Aggregate((best, next) => next.Type != best.Type && best.Type.IsAssignableFrom(next.Type) ? next : best);

    /// <summary>Whether the notebook registered a formatter for values of a type, or the type names one by an attribute.</summary>
    internal static bool HasOther(Type type) =>
        Formatter.RegisteredFormatters(includeDefaults: false).Any(f => f is not ValueView && f.Type.IsAssignableFrom(type))
        || type.GetCustomAttributes(inherit: true).Any(a => a.GetType().Name == nameof(TypeFormatterSourceAttribute));

    private string? Text(object instance)
    {
        string? text = null;
        if (_made is not { } made || !made.Value.TryGetTarget(out var last) || !ReferenceEquals(last, instance)
            || !made.Texts.Remove(MimeType, out text))
        {
            _made = null;
            if (_view(instance) is { } view)
            {
                var texts = view.ToDictionary();
                texts.Remove(MimeType, out text);
                _made = (new(instance), texts);
            }
        }

        return text;
    }
}
