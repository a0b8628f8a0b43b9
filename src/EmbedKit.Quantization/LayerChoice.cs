namespace EmbedKit.Quantization;

/// <summary>Which layers stay in float so that embeddings stay close enough.</summary>
/// <param name="Float">Layers that stay, the most harmful first; null when not even leaving out all but one is enough.</param>
/// <param name="Alone">For each layer the smallest cosine when only it is quantised.</param>
internal sealed record LayerChoice(IReadOnlyList<string>? Float, IReadOnlyDictionary<string, double> Alone)
{
    /// <summary>
    /// For a model that is not close enough with all layers quantised: measures what each does alone, and leaves the worst in float, as few as it
    /// takes. How few is found by bisection, which takes it that leaving one more in float does not hurt; the answer itself was measured.
    /// </summary>
    /// <param name="layers">The layers, in the order of the graph, which settles ties.</param>
    /// <param name="target">The smallest cosine wanted.</param>
    /// <param name="smallestCosine">Measures, given the layers left in float.</param>
    internal static LayerChoice Choose(IReadOnlyList<string> layers, double target, Func<IReadOnlyCollection<string>, double> smallestCosine)
    {
        var alone = layers.ToDictionary(layer => layer, layer => smallestCosine([.. layers.Where(l => l != layer)]), StringComparer.Ordinal);
        var worstFirst = layers.OrderBy(l => alone[l]).ToArray();
        var (tooFew, enough) = (0, layers.Count);
        while (enough - tooFew > 1)
        {
            var middle = (tooFew + enough) / 2;
            (tooFew, enough) = smallestCosine(worstFirst[..middle]) >= target ? (tooFew, middle) : (middle, enough);
        }

        return new(enough < layers.Count ? worstFirst[..enough] : null, alone);
    }
}
