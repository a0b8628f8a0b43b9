using System.Text.Json;
using EmbedKit.Fusion;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Fusion;

public class ClassWeightsTests
{
    private static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllText(GoldenFile.Path("class_weights.json"))).RootElement;

    [Theory]
    [InlineData("ham_7")]
    [InlineData("binary_6p5pct")]
    [InlineData("non_contiguous")]
    [InlineData("single_class_all_zero (what output_size==1 gives)")]
    public void Balanced_weights_equal_scikit_learns(string name)
    {
        int[] counts = [.. Golden.GetProperty(name).GetProperty("y_counts").EnumerateObject().Select(p => p.Value.GetInt32())];

        Assert.Equal(Numbers(Golden.GetProperty(name).GetProperty("weights")), ClassWeights.Balanced(counts));
    }

    [Fact]
    public void Multilabel_weights_equal_the_published_codes()
    {
        var golden = Golden.GetProperty("multilabel_total/(C*count)");
        var rows = golden.GetProperty("labels").EnumerateArray().ToArray();
        float[] targets = [.. rows.SelectMany(r => r.EnumerateArray()).Select(v => v.GetSingle())];

        var weights = ClassWeights.Multilabel(rows.Length, ClassWeights.Positives(targets, rows[0].GetArrayLength()));

        Assert.Equal(Numbers(golden.GetProperty("weights")), weights);
    }

    [Fact]
    public void A_class_without_rows_has_no_weight()
    {
        var error = Assert.Throws<InputException>(() => ClassWeights.Balanced([3, 0, 2]));
        Assert.Contains("class 1 has no training row", error.Message, StringComparison.Ordinal);
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetDouble())];
}
