using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;

namespace EmbedKit.Notebooks.Session;

/// <summary>
/// What cells can refer to: every assembly this process was started with, which serves EmbedKit and its packages in-process, and those that
/// <c>#r</c> adds, loaded into the same context so that types are the same on both sides.
/// </summary>
internal static class SessionAssemblies
{
    private static readonly ConcurrentDictionary<string, string> Added = new(StringComparer.OrdinalIgnoreCase);
    private static readonly ConcurrentDictionary<string, string> NativeFolders = new();

    private static readonly Dictionary<string, string> Present = (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .GroupBy(p => Path.GetFileNameWithoutExtension(p), StringComparer.OrdinalIgnoreCase)
        .ToDictionary(g => g.Key, g => g.First(), StringComparer.OrdinalIgnoreCase);

    private static readonly Lazy<IReadOnlyList<MetadataReference>> PresentReferences = new(() => [.. Present.Values.Select(Reference)]);

    static SessionAssemblies()
    {
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            Added.TryGetValue(name.Name!, out var path) ? context.LoadFromAssemblyPath(path) : null;
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) => NativeFolders.Keys
            .SelectMany(f =>
                (string[])[Path.Combine(f, name), Path.Combine(f, $"lib{name}.so"), Path.Combine(f, $"lib{name}.dylib"),
                    Path.Combine(f, $"{name}.dll")])
            .Where(File.Exists).Select(p => NativeLibrary.TryLoad(p, out var handle) ? handle : 0).FirstOrDefault(h => h != 0);
    }

    /// <summary>References to everything this process was started with.</summary>
    internal static IReadOnlyList<MetadataReference> Initial => PresentReferences.Value;

    /// <summary>Whether the process already carries an assembly of this simple name.</summary>
    internal static bool IsPresent(string name) => Present.ContainsKey(name);

    /// <summary>Makes an assembly available to code; null when the process already carries one of its name.</summary>
    internal static MetadataReference? Add(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return IsPresent(name) ? null : Reference(Added.GetOrAdd(name, Path.GetFullPath(path)));
    }

    internal static void AddNativeFolder(string folder) => NativeFolders.TryAdd(folder, folder);

    // Without a file path in the reference, Roslyn leaves loading to the runtime; with one, it would load a second copy of each type.
    private static PortableExecutableReference Reference(string path) =>
        AssemblyMetadata.CreateFromFile(path).GetReference(XmlDocumentation.BesideAssembly(path), display: path);
}
