using System.Globalization;
using CsCheck;
using EmbedKit.Alignment;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Tests.Alignment;

public class GapShiftTests
{
    /// <summary>The golden files are float64; ours are rounded to float32 once on the way in and once on the way out.</summary>
    private const double Tolerance = 2.5e-7;

    [Theory]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("0.3")]
    [InlineData("0.5")]
    [InlineData("1")]
    public void Equals_the_published_code(string lambda)
    {
        var set = Sets.Of(GoldenValues.Matrix("shift_image_in.csv"), GoldenValues.Matrix("shift_text_in.csv"));
        var golden = GoldenValues.Json("shift_summary.json");
        var shift = new GapShift(new() { Lambda = double.Parse(lambda, CultureInfo.InvariantCulture) }).Fit(TrainingSet.AllRowsAsPublished(set));
        var shifted = shift.Transform(set);

        Sets.AssertClose(GoldenValues.Matrix($"shift_image_lambda_{lambda}.csv"), shifted.Image!, Tolerance);
        Sets.AssertClose(GoldenValues.Matrix($"shift_text_lambda_{lambda}.csv"), shifted.Text!, Tolerance);
        Assert.True(golden.GetProperty("gap_vector").Doubles().Zip(shift.Vector, (e, a) => Math.Abs(e - a)).Max() < Tolerance);
        Assert.Equal(golden.GetProperty(lambda).GetProperty("gap_norm_before").GetDouble(), ModalityGap.Of(set).Norm, Tolerance);
        Assert.Equal(golden.GetProperty(lambda).GetProperty("gap_norm_after").GetDouble(), ModalityGap.Of(shifted).Norm, Tolerance);
    }

    [Fact]
    public void Equals_the_published_code_for_unequal_widths()
    {
        var set = Sets.Of(GoldenValues.Matrix("shift_image12_in.csv"), GoldenValues.Matrix("shift_text_in.csv"));
        var shifted = new GapShift(new() { Lambda = 0.5, Prenormalize = false }).Fit(TrainingSet.AllRowsAsPublished(set)).Transform(set);

        Sets.AssertClose(GoldenValues.Matrix("shift_mixed_image_lambda_0.5.csv"), shifted.Image!, Tolerance);
        Sets.AssertClose(GoldenValues.Matrix("shift_mixed_text_lambda_0.5.csv"), shifted.Text!, Tolerance);
    }

    [Fact]
    public void Lambda_0_is_the_identity_on_normalised_rows_of_one_width() => Sets.Any.Where(s => s.Image!.Dimension == s.Text!.Dimension).Sample(
        set =>
        {
            var unit = Normalization.Normalize(set);
            var shifted = new GapShift(new()).Fit(TrainingSet.AllRowsAsPublished(unit)).Transform(unit);
            Sets.AssertClose(unit.Image!, shifted.Image!, 1e-7);
            Sets.AssertClose(unit.Text!, shifted.Text!, 1e-7);
        },
        iter: 50,
        threads: 1);

    [Fact]
    public void Lambda_1_makes_the_means_coincide_before_normalising_again() => Sets.Any.Sample(
        set =>
        {
            var shift = new GapShift(new() { Lambda = 1, Renormalize = false }).Fit(TrainingSet.AllRowsAsPublished(set));
            var moved = shift.Transform(set);
            Assert.True(ModalityGap.Between(moved).Max(Math.Abs) < 1e-6);
            Assert.True(ModalityGap.Between(shift.At(-1).Transform(set)).Zip(shift.Vector, (a, g) => Math.Abs(a - (2 * g))).Max() < 1e-6);
        },
        iter: 50,
        threads: 1);

    [Fact]
    public void Only_training_rows_shape_the_gap()
    {
        var set = Sets.Random(1, 20, 6, 6);
        var split = new EmbeddingSet(
            set.Table.With("split", [.. Enumerable.Range(0, 20).Select(i => i < 12 ? "train" : "test")]), set.Image, set.Text);
        var train = split.Select([.. Enumerable.Range(0, 12)]);

        Assert.Equal(ModalityGap.Of(train).Vector, new GapShift(new()).Fit(TrainingSet.From(split)).Vector);
        Assert.NotEqual(ModalityGap.Of(split).Vector, new GapShift(new()).Fit(TrainingSet.From(split)).Vector);
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        var set = Sets.Random(1, 5, 3, 4);
        var fitted = new GapShift(new() { Lambda = 1 }).Fit(TrainingSet.AllRowsAsPublished(set));

        Assert.Contains(
            "widths 4 (image) and 4 (text)", Assert.Throws<InputException>(() => fitted.Transform(Sets.Random(1, 5, 4, 4))).Message,
            StringComparison.Ordinal);
        Assert.Contains("lambda", Assert.Throws<InputException>(() => fitted.At(double.NaN)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "no text embeddings", Assert.Throws<InputException>(() => fitted.Transform(set.With(set.Image, null))).Message, StringComparison.Ordinal);
        set.Image!.Values.AsSpan(3 * set.Image.Dimension, set.Image.Dimension).Clear();
        Assert.Contains("'row3'", Assert.Throws<InputException>(() => fitted.Transform(set)).Message, StringComparison.Ordinal);
    }
}
