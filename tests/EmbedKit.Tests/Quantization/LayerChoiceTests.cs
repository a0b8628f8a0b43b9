using CsCheck;
using EmbedKit.Quantization;

namespace EmbedKit.Tests.Quantization;

public class LayerChoiceTests
{
    [Fact]
    public void The_worst_layers_stay_in_float_as_few_as_it_takes()
    {
        var choice = Choose([0.001, 0.2, 0.002, 0.1], 0.99, out _);
        Assert.Equal(["layer1", "layer3"], choice.Float!);
        Assert.Equal(0.8, choice.Alone["layer1"], 1e-6);
    }

    [Fact]
    public void There_is_no_choice_when_every_layer_hurts() => Assert.Null(Choose([0.1, 0.2], 0.95, out _).Float);

    [Fact]
    public void Where_harms_add_up_the_choice_is_the_smallest_and_ties_go_by_order() => Gen.Double[0, 0.1].Array[1, 12].Sample(harms =>
    {
        const double Target = 0.95;
        harms = [.. harms, 0.06]; // not close enough with all quantised
        var choice = Choose([.. harms.Select(h => Math.Round(h, 2))], Target, out var measured);
        var worst = harms.Select((h, i) => (Harm: Math.Round(h, 2), Name: $"layer{i}")).OrderByDescending(h => h.Harm).ToArray();
        var need = Enumerable.Range(0, harms.Length + 1).First(n => 1 - worst.Skip(n).Sum(h => h.Harm) >= Target - 1e-9);
        Assert.Equal(need == harms.Length ? null : worst.Take(need).Select(h => h.Name), choice.Float);
        Assert.True(measured <= harms.Length + 4);
    });

    /// <summary>A model whose layers harm independently: the cosine is one less the sum of the harms of those quantised.</summary>
    private static LayerChoice Choose(double[] harms, double target, out int measured)
    {
        var count = 0;
        var layers = harms.Select((_, i) => $"layer{i}").ToArray();
        var choice = LayerChoice.Choose(layers, target, keepFloat =>
        {
            count++;
            return 1 - harms.Where((_, i) => !keepFloat.Contains(layers[i])).Sum() + 1e-9;
        });
        measured = count;
        return choice;
    }
}
