using System.Reflection;
using System.Runtime.CompilerServices;
using Plotly.NET;

namespace EmbedKit.Notebooks.Formatting;

/// <summary>Views of values of F# libraries, kept apart: where the host has an older FSharp.Core than they need, their types cannot even be
/// named.</summary>
internal static class FSharpViews
{
    /// <summary>Why they cannot be had in this process, in one line; null where they can.</summary>
    internal static string? Lacking() => Lacking(
        Reference("FSharp.Core"),
        name =>
        {
            try
            {
                return Assembly.Load(name);
            }
            catch (Exception error) when (error is IOException or BadImageFormatException)
            {
                // The host has one, but not that one, or none.
                return null;
            }
        },
        AppDomain.CurrentDomain.GetAssemblies().Select(a => a.GetName()).FirstOrDefault(n => n.Name == "FSharp.Core")?.Version);

    internal static string? Lacking(AssemblyName needed, Func<AssemblyName, Assembly?> load, Version? present) => load(needed) is not null ? null
        : $"EmbedKit: charts and Deedle frames are not shown here: they need FSharp.Core {needed.Version} and this host has "
            + $"{present?.ToString() ?? "none"}; everything else is. Run the notebook by './embedkit notebook run' or the Jupyter kernel "
            + "\"EmbedKit (C#)\".";

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Register()
    {
        NotebookViews.Table<Deedle.IFrame>(DeedleTable.Of);
        string[] types = [ChartFormat.MimeType, ValueFormatter.Html, ValueFormatter.Plain];
        // A chart is of a derived type, and Plotly.NET names its own view, which loads plotly.js from the network, for each.
        foreach (var type in typeof(GenericChart).GetNestedTypes().Where(typeof(GenericChart).IsAssignableFrom).Prepend(typeof(GenericChart)))
        {
            ValueView.Register(type, v => ChartFormat.Format((GenericChart)v), types);
        }

        ValueView.Register(
            typeof(IEnumerable<GenericChart>), v => ChartFormat.Format((IEnumerable<GenericChart>)v), ValueFormatter.Html, ValueFormatter.Plain);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static AssemblyName Reference(string name) => typeof(ChartFormat).Assembly.GetReferencedAssemblies()
        .Where(a => a.Name is "Plotly.NET" or "Deedle").Select(Assembly.Load).SelectMany(a => a.GetReferencedAssemblies())
        .Where(a => a.Name == name).MaxBy(a => a.Version)!;
}
