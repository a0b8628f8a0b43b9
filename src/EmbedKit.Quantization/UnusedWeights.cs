using EmbedKit.Embedding.Onnx.Format;
using Google.Protobuf.Collections;

namespace EmbedKit.Quantization;

/// <summary>Drops the float weights that nothing reads any more, with the Transpose, Identity and Constant nodes and the input declarations that led
/// to them.</summary>
internal static class UnusedWeights
{
    /// <param name="graph">The graph, its layers rewritten.</param>
    /// <param name="layers">The layers as they were.</param>
    internal static void Remove(GraphProto graph, IReadOnlyCollection<LinearLayer> layers)
    {
        var candidates = layers.SelectMany(l => new[] { l.Node.Input[1], l.Source }).ToHashSet(StringComparer.Ordinal);
        HashSet<string> used;
        int nodes;
        do
        {
            nodes = graph.Node.Count;
            used = [.. Reads(graph)];
            Keep(graph.Node, n =>
            {
                var unused = n.Output.Count > 0 && n.Output.All(o => candidates.Contains(o) && !used.Contains(o));
                candidates.UnionWith(unused ? n.Input : []);
                return !unused;
            });
        }
        while (graph.Node.Count < nodes);
        Keep(graph.Initializer, t => used.Contains(t.Name) || !candidates.Contains(t.Name));
        Keep(graph.Input, i => used.Contains(i.Name) || !candidates.Contains(i.Name));
    }

    /// <summary>Every name a graph reads or gives out, those of its subgraphs included.</summary>
    internal static IEnumerable<string> Reads(GraphProto graph) => graph.Output.Select(o => o.Name).Concat(graph.Node.SelectMany(Reads));

    /// <summary>Every name a node reads, those of its subgraphs included.</summary>
    internal static IEnumerable<string> Reads(NodeProto node) =>
        node.Input.Concat(node.Attribute.SelectMany(a => a.Graphs.Concat(a.G is null ? [] : [a.G])).SelectMany(Reads));

    private static void Keep<T>(RepeatedField<T> field, Func<T, bool> keep)
    {
        var kept = field.Where(keep).ToArray();
        field.Clear();
        field.Add(kept);
    }
}
