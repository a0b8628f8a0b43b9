using CsCheck;
using EmbedKit.Alignment;
using EmbedKit.Data;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Tests.Alignment;

/// <summary>What every aligner promises.</summary>
public class AlignerPromisesTests
{
    /// <summary>Enough rows for PCA to the narrower width, whichever it is.</summary>
    private static readonly Gen<EmbeddingSet> Any =
        from rows in Gen.Int[10, 24]
        from image in Gen.Int[2, 8]
        from text in Gen.Int[2, 8]
        from seed in Gen.ULong
        select Labelled(Sets.Random(seed, rows, image, text));

    public static TheoryData<string> Names => [.. Aligners.Names];

    public static TheoryData<string, string> NamesAndWidths => new(Aligners.Names.SelectMany(n => WidthMatch.Names.Select(w => (n, w))));

    [Theory]
    [MemberData(nameof(Names))]
    public void Only_a_training_set_can_be_fitted_on(string name) => Assert.All(
        Create(name).GetType().GetMethods().Where(m => m.Name.EndsWith("Fit", StringComparison.Ordinal)),
        fit => Assert.Equal([typeof(TrainingSet)], fit.GetParameters().Select(p => p.ParameterType)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Test_rows_change_nothing_that_is_learned(string name)
    {
        var set = Split(Sets.Random(1, 24, 5, 5), trained: 16);
        var other = new EmbeddingSet(set.Table, Scrambled(set.Image!), Scrambled(set.Text!));
        var training = set.Select([.. Enumerable.Range(0, 16)]);

        AssertEqual(Create(name).Fit(TrainingSet.From(set)).Transform(training), Create(name).Fit(TrainingSet.From(other)).Transform(training));

        EmbeddingMatrix Scrambled(EmbeddingMatrix rows) =>
            new(rows.Rows, rows.Dimension, [.. rows.Values.Select((v, i) => i / rows.Dimension < 16 ? v : 3 - v)]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_takes_lambda_learns_a_shift_that_a_sweep_can_vary(string name)
    {
        var fitted = Create(name).Fit(TrainingSet.From(Split(Sets.Random(1, 24, 5, 5), trained: 16)));
        Assert.True(!Aligners.UsesLambda(name) || fitted is FittedShift, $"{name} learns {fitted.GetType().Name}; expected a FittedShift.");
    }

    /// <summary>Under the published leak an aligner that reads labels must not see those of test rows, so it has to say that it does.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void What_does_not_say_that_it_reads_labels_does_not(string name)
    {
        var set = Labelled(Sets.Random(4, 20, 5, 5));
        var other = new EmbeddingSet(set.Table.With("label", [.. set.Table["label"].Reverse()]), set.Image, set.Text, set.Provenance);
        EmbeddingSet Aligned(EmbeddingSet rows) => Create(name).Fit(TrainingSet.AllRowsAsPublished(rows)).Transform(set);
        Assert.Equal(Aligners.UsesLabels(name), !Aligned(set).Image!.Values.SequenceEqual(Aligned(other).Image!.Values));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Equal_rows_and_seeds_give_equal_results(string name)
    {
        var set = Labelled(Sets.Random(9, 20, 5, 5));
        EmbeddingSet Run(long seed) => Create(name).Fit(TrainingSet.AllRowsAsPublished(set)).Transform(set, new(0.2, new(seed)));

        AssertEqual(Run(1), Run(1));
        Assert.NotEqual(Run(1).Text!.Values, Run(2).Text!.Values);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_order_of_training_rows_makes_no_difference(string name) => Any.Sample(
        set =>
        {
            int[] order = [.. Enumerable.Range(0, set.Count).Select(i => ((i * 7) + 3) % set.Count).Distinct()];
            var rows = order.Length == set.Count ? order : [.. Enumerable.Range(0, set.Count).Reverse()];
            var (plain, shuffled) = (set.Select(rows), set);
            var expected = Create(name).Fit(TrainingSet.AllRowsAsPublished(shuffled)).Transform(plain);
            var actual = Create(name).Fit(TrainingSet.AllRowsAsPublished(plain)).Transform(plain);

            // Sums in another order differ in their last bits, which inverse roots and gradient steps enlarge.
            Sets.AssertClose(expected.Image!, actual.Image!, 2e-5);
            Sets.AssertClose(expected.Text!, actual.Text!, 2e-5);
        },
        iter: 12,
        threads: 1);

    [Theory]
    [MemberData(nameof(Names))]
    public void Rows_are_transformed_each_for_itself_with_and_without_noise(string name) => Any.Sample(
        set =>
        {
            var fitted = Create(name).Fit(TrainingSet.AllRowsAsPublished(set));
            foreach (var noise in new[] { null, new GaussianNoise(0.1, new(5)) })
            {
                int[] rows = [3, 0, 9, 2];
                var (few, all) = (fitted.Transform(set.Select(rows), noise), fitted.Transform(set, noise).Select(rows));
                AssertEqual(all, few);
                Assert.Equal(all.Ids, few.Ids);
            }
        },
        iter: 12,
        threads: 1);

    [Theory]
    [MemberData(nameof(NamesAndWidths))]
    public void Unequal_widths_come_out_as_one_and_rows_with_length_1(string name, string widths)
    {
        var set = Labelled(Sets.Random(9, 12, 5, 7));
        var before = set.Image!.Values.ToArray();
        var aligned = Create(name, new() { Widths = WidthMatch.Parse(widths, new(2)) }).Fit(TrainingSet.AllRowsAsPublished(set)).Transform(set);

        var width = name == "identity" ? (5, 7) : widths is "interpolate" or "zero-pad" ? (7, 7) : (5, 5);
        Assert.Equal(width, (aligned.Image!.Dimension, aligned.Text!.Dimension));
        Assert.Equal(before, set.Image.Values);
        Assert.Same(set.Table, aligned.Table);
        if (name != "no-renormalize")
        {
            Assert.All(Enumerable.Range(0, 12), i => Assert.Equal(1, Math.Sqrt(aligned.Image!.Row(i).ToArray().Sum(v => (double)v * v)), 1e-6));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Bad_rows_are_refused_by_name(string name)
    {
        var set = Labelled(Sets.Random(1, 12, 4, 4));
        var fitted = Create(name).Fit(TrainingSet.AllRowsAsPublished(set));
        string Refusal(Func<object> action) => Assert.Throws<InputException>(action).Message;

        if (name != "identity")
        {
            Assert.Contains(
                "widths 5 (image) and 4 (text)", Refusal(() => fitted.Transform(Labelled(Sets.Random(1, 5, 5, 4)))), StringComparison.Ordinal);
            Assert.Contains(
                "no text embeddings", Refusal(() => Create(name).Fit(TrainingSet.AllRowsAsPublished(set.With(set.Image, null)))),
                StringComparison.Ordinal);
            Assert.Contains("no text embeddings", Refusal(() => fitted.Transform(set.With(set.Image, null))), StringComparison.Ordinal);
        }

        var zero = set.With(set.Image, new(set.Count, set.Text!.Dimension, [.. set.Text.Values]));
        var third = zero.Text!.Values.AsMemory(3 * zero.Text.Dimension, zero.Text.Dimension);
        third.Span.Clear();
        Assert.Contains("'row3'", Refusal(() => fitted.Transform(zero)), StringComparison.Ordinal);
        third.Span.Fill(float.NaN);
        Assert.Contains(
            "row3", Refusal(() => zero.With(zero.Image, new(zero.Count, zero.Text.Dimension, zero.Text.Values))), StringComparison.Ordinal);
        Assert.Contains("row3", Refusal(() => fitted.Transform(zero)), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_single_training_row_gives_a_result_or_a_reason(string name)
    {
        var one = TrainingSet.From(Split(Sets.Random(1, 6, 4, 4), trained: 1));
        var error = Record.Exception(() => Create(name).Fit(one).Transform(Labelled(Sets.Random(2, 5, 4, 4))));
        Assert.True(error is null or InputException, error?.ToString());
    }

    internal static IAligner Create(string name, SpaceOptions? space = null) => Aligners.Create(name, new()
    {
        Lambda = Aligners.UsesLambda(name) ? 0.5 : null,
        Sigma = 0.05,
        Labels = ["label"],
        Space = space ?? new(),
        Random = new(3),
    });

    internal static EmbeddingSet Labelled(EmbeddingSet set) =>
        new(
            set.Table.With("label", [.. Enumerable.Range(0, set.Count).Select(i => set.Image!.Row(i)[0] > 0.7 || i == 0 ? i == 1 ? "b" : "a" : "b")]),
            set.Image, set.Text);

    private static EmbeddingSet Split(EmbeddingSet set, int trained) => Labelled(new(
        set.Table.With("split", [.. Enumerable.Range(0, set.Count).Select(i => i < trained ? "train" : "test")]), set.Image, set.Text));

    private static void AssertEqual(EmbeddingSet expected, EmbeddingSet actual)
    {
        Assert.Equal(expected.Image!.Values, actual.Image!.Values);
        Assert.Equal(expected.Text!.Values, actual.Text!.Values);
    }
}
