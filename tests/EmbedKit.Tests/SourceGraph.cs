using System.Text.RegularExpressions;

namespace EmbedKit.Tests;

/// <summary>
/// Which source file of an assembly uses types of which other, read off the text: a word that names a type whose namespace the file is in or
/// opens, or calls an extension method by a name that no other file gives to one. Comments do not count; a constant of the file hides a type of its name.
/// </summary>
internal sealed partial class SourceGraph
{
    private readonly Dictionary<string, HashSet<string>> _uses;

    /// <summary>Reads an assembly.</summary>
    /// <param name="files">Its sources: path below the assembly's folder, with / between parts → text.</param>
    internal SourceGraph(IEnumerable<KeyValuePair<string, string>> files)
    {
        var sources = files.Select(f => new SourceFile(f.Key, Comment().Replace(f.Value, ""))).ToArray();
        var declared = sources.SelectMany(s => s.Types.Select(type => (type, s))).ToLookup(d => d.type, d => d.s);
        var extending = sources.SelectMany(s => s.Extensions.Select(method => (method, s))).ToLookup(d => d.method, d => d.s);
        FilesWithoutType = [.. sources.Where(s => s.Types.Count == 0).Select(s => s.Path)];
        _uses = sources.ToDictionary(
            s => s.Path,
            s => s.Words.SelectMany(w => declared[w.Word].Where(o => o != s && s.Means(w.Before, o)))
                .Concat(s.Calls.SelectMany(c => extending[c].Where(o => o != s && s.Means("", o) && !extending[c].Skip(1).Any()))).Select(o => o.Path).ToHashSet());
    }

    /// <summary>Reads an assembly of this clone.</summary>
    /// <param name="assembly">Its folder, e.g. <c>src/EmbedKit</c>.</param>
    internal static SourceGraph Read(string assembly)
    {
        var root = Path.Combine(RepositoryTests.Root, assembly);
        return new(RepositoryTests.Sources(assembly)
            .Select(f => KeyValuePair.Create(Path.GetRelativePath(root, f).Replace('\\', '/'), File.ReadAllText(f))));
    }

    /// <summary>Which file uses which.</summary>
    internal IEnumerable<(string User, string Used)> Arrows => _uses.SelectMany(u => u.Value.Select(used => (u.Key, used)));

    /// <summary>Files in which no type is seen: arrows to and from their types would be missed.</summary>
    internal IReadOnlyList<string> FilesWithoutType { get; }

    /// <summary>
    /// Of folders that lead to one another, a shortest circle as its arrows: which file uses which. Those between the two folders with the fewest come
    /// first, since they are the likeliest to be wrong.
    /// </summary>
    /// <param name="excepted">Arrows that do not count: user and used.</param>
    internal IEnumerable<string[]> FolderCircles(Func<string, string, bool>? excepted = null)
    {
        static string Folder(string file) => string.Join('/', file.Split('/').SkipLast(1));
        var arrows = Counted(excepted).Where(a => Folder(a.User) != Folder(a.Used)).ToLookup(a => (From: Folder(a.User), To: Folder(a.Used)));
        var folders = arrows.GroupBy(a => a.Key.From).ToDictionary(g => g.Key, g => g.Select(a => a.Key.To).ToHashSet());
        foreach (var circle in Circles(folders))
        {
            var ways = arrows.Where(a => circle.Contains(a.Key.From) && circle.Contains(a.Key.To)).OrderBy(a => a.Count())
                .ThenBy(a => $"{a.Key.From} {a.Key.To}", StringComparer.Ordinal).Select(a => Way(folders, a.Key.To, a.Key.From).Prepend(a.Key.From).ToArray());
            var shortest = ways.MinBy(way => way.Length)!;
            yield return [.. shortest.Zip(shortest.Skip(1))
                .SelectMany(pair => arrows[pair].Select(a => $"{a.User} uses {a.Used}").Order(StringComparer.Ordinal))];
        }
    }

    /// <summary>Circles of files in which not every arrow begins or ends at one of them: more than a type and its parts.</summary>
    /// <param name="excepted">Arrows that do not count: user and used.</param>
    internal IEnumerable<string[]> FileCircles(Func<string, string, bool>? excepted = null)
    {
        var uses = Counted(excepted).GroupBy(a => a.User).ToDictionary(g => g.Key, g => g.Select(a => a.Used).ToHashSet());
        return Circles(uses)
            .Where(circle => !circle.Any(centre => circle.All(f => f == centre || uses[f].Where(circle.Contains).All(used => used == centre))))
            .Select(circle => circle.Order(StringComparer.Ordinal).ToArray());
    }

    private IEnumerable<(string User, string Used)> Counted(Func<string, string, bool>? excepted) =>
        Arrows.Where(a => excepted?.Invoke(a.User, a.Used) != true);

    /// <summary>The sets of nodes of which each leads to every other.</summary>
    private static IEnumerable<HashSet<string>> Circles(Dictionary<string, HashSet<string>> arrows)
    {
        var reached = arrows.Keys.ToDictionary(from => from, from => Reach(arrows, from));
        var done = new HashSet<string>();
        foreach (var node in arrows.Keys.Where(n => reached[n].Contains(n)))
        {
            if (done.Add(node))
            {
                var circle = reached[node].Where(n => reached.TryGetValue(n, out var back) && back.Contains(node)).ToHashSet();
                done.UnionWith(circle);
                yield return circle;
            }
        }
    }

    /// <summary>A shortest way along arrows, both ends included.</summary>
    private static List<string> Way(Dictionary<string, HashSet<string>> arrows, string from, string to)
    {
        var before = new Dictionary<string, string?> { [from] = null };
        var open = new Queue<string>([from]);
        while (!before.ContainsKey(to))
        {
            var node = open.Dequeue();
            foreach (var next in arrows.GetValueOrDefault(node, []).Order(StringComparer.Ordinal).Where(n => before.TryAdd(n, node)))
            {
                open.Enqueue(next);
            }
        }

        var way = new List<string>();
        for (var node = to; node is not null; node = before[node])
        {
            way.Insert(0, node);
        }

        return way;
    }

    private static HashSet<string> Reach(Dictionary<string, HashSet<string>> arrows, string from)
    {
        var reached = new HashSet<string>();
        var open = new Stack<string>([from]);
        while (open.TryPop(out var node))
        {
            foreach (var next in arrows.GetValueOrDefault(node, []).Where(reached.Add))
            {
                open.Push(next);
            }
        }

        return reached;
    }

    [GeneratedRegex(@"//.*")]
    private static partial Regex Comment();

    [GeneratedRegex(
        @"^(?:(?:public|internal|file|static|sealed|abstract|partial|readonly|ref|unsafe) )*"
        + @"(?:class|record struct|record|struct|enum|interface|delegate [\w<>]+) (\w+)",
        RegexOptions.Multiline)]
    private static partial Regex Type();

    [GeneratedRegex(@"\bconst [\w?]+ (\w+)")]
    private static partial Regex Constant();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^using ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();

    /// <summary>A name with dots or without, behind no dot; no name of an argument, or of a property that is set.</summary>
    [GeneratedRegex(@"(?<![\w.@])[A-Z]\w*(?:\.[A-Z]\w*)*\b(?!\s*(?:=(?![=>])|:(?!:)))")]
    private static partial Regex Name();

    [GeneratedRegex(@"\b(?:public|internal) static [^=;{}]*?\b(\w+)(?:<[\w, ]+>)?\(\s*this ")]
    private static partial Regex Extension();

    [GeneratedRegex(@"(?<=[\w)\]}!?]\s*)\.(\w+)(?:<[^()]*>)?\(")]
    private static partial Regex Call();

    private sealed class SourceFile
    {
        private readonly string _namespace;
        private readonly HashSet<string> _opened;

        internal SourceFile(string path, string text)
        {
            Path = path;
            _namespace = Namespace().Match(text).Groups[1].Value;
            _opened = [.. Using().Matches(text).Select(m => m.Groups[1].Value)];
            Types = [.. Type().Matches(text).Select(m => m.Groups[1].Value).Distinct()];
            Extensions = [.. Extension().Matches(text).Select(m => m.Groups[1].Value).Distinct()];
            Calls = [.. Call().Matches(text).Select(m => m.Groups[1].Value).Distinct()];
            var constants = Constant().Matches(text).Select(m => m.Groups[1].Value).ToHashSet();
            Words =
            [
                .. Name().Matches(text).SelectMany(m => Parts(m.Value.Split('.'))).Distinct()
                    .Where(w => w.Before.Length > 0 || !constants.Contains(w.Word)),
            ];
        }

        internal string Path { get; }

        internal IReadOnlyList<string> Types { get; }

        /// <summary>The extension methods it declares.</summary>
        internal IReadOnlyList<string> Extensions { get; }

        /// <summary>The methods it calls on something.</summary>
        internal IReadOnlyList<string> Calls { get; }

        /// <summary>Each word that may name a type, with what stands before its dot.</summary>
        internal IReadOnlyList<(string Before, string Word)> Words { get; }

        /// <summary>Whether a word here means the type of that name in the other file.</summary>
        internal bool Means(string before, SourceFile other) => before.Length > 0
            ? other._namespace.EndsWith("." + before, StringComparison.Ordinal)
            : _opened.Contains(other._namespace) || (_namespace + ".").StartsWith(other._namespace + ".", StringComparison.Ordinal);

        private static IEnumerable<(string Before, string Word)> Parts(string[] parts) =>
            parts.Select((part, i) => (i == 0 ? "" : parts[i - 1], part));
    }
}
