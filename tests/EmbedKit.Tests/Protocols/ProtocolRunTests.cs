using System.Reflection;
using EmbedKit.Alignment;
using EmbedKit.Data;
using EmbedKit.Fusion;
using EmbedKit.Protocols;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using EmbedKit.Tests.Fusion;

namespace EmbedKit.Tests.Protocols;

public class ProtocolRunTests
{
    private static readonly string[] Label = ["label_class"];

    [Fact]
    public void Only_training_rows_can_be_fitted_on()
    {
        MethodInfo[] learning = [
            typeof(Trainer).GetMethod(nameof(Trainer.Train))!,
            typeof(GapShift).GetMethod(nameof(GapShift.Fit))!, typeof(RandomDirectionShift).GetMethod(nameof(RandomDirectionShift.Fit))!];

        Assert.All(learning, m => Assert.Equal(typeof(TrainingSet), m.GetParameters()[0].ParameterType));
        Assert.Empty(typeof(TrainingSet).GetConstructors());
    }

    [Fact]
    public void Published_is_leak_free_with_every_switch_on()
    {
        Assert.Equal(new LeakOptions(), LeakOptions.Of(Protocol.LeakFree));
        Assert.All(
            typeof(LeakOptions).GetProperties().Where(p => p.PropertyType == typeof(bool)),
            p => Assert.True((bool)p.GetValue(LeakOptions.Of(Protocol.Published))!));
    }

    [Fact]
    public void Without_val_rows_leak_free_takes_whole_groups_of_every_class_and_says_so()
    {
        var set = SyntheticEmbeddings.Make(rows: 600);

        var data = ProtocolData.Prepare(set, Label, new(), new(0));

        var groups = data.All.Groups!;
        var byGroup = Enumerable.Range(0, data.All.Count).GroupBy(r => groups[r]).ToArray();
        Assert.All(byGroup, g => Assert.Single(g.Select(r => data.All.Splits![r]).Distinct()));
        var share = (double)data.Selection.Count / (data.Selection.Count + data.Training.Rows.Count);
        Assert.InRange(share, 0.13, 0.17);
        Assert.Equal(3, data.Selection.Table["label_class"].Distinct().Count());
        Assert.Equal(set.RowsOf(Split.Test).Length, data.Evaluated.Single(e => e.Split == Split.Test).Rows.Count);
        Assert.Contains("15", data.Note, StringComparison.Ordinal);
        Assert.Contains("groups", data.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void A_val_split_is_used_as_it_is()
    {
        var set = SyntheticEmbeddings.Make(validation: true);

        var data = ProtocolData.Prepare(set, Label, new(), new(0));

        Assert.Null(data.Note);
        Assert.Equal(set.RowsOf(Split.Validation).Length, data.Selection.Count);
        Assert.Equal(set.RowsOf(Split.Train).Length, data.Training.Rows.Count);
    }

    [Fact]
    public void Published_chooses_the_epoch_on_test_rows_fits_on_all_and_takes_the_published_split()
    {
        var set = SyntheticEmbeddings.Make();
        var published = set.Splits!.Select((s, row) => row % 4 == 0 ? "test" : "train").ToArray();
        set = new(set.Table.With(LabelledDataset.PublishedSplitColumn, published), set.Image, set.Text);

        var data = ProtocolData.Prepare(set, Label, LeakOptions.Of(Protocol.Published), new(0));

        Assert.Equal([.. set.Ids.Where((_, row) => row % 4 == 0)], data.Selection.Ids);
        Assert.Equal(Split.Test, Assert.Single(data.Evaluated).Split);
        var fittedOn = 0;
        data.Fit(rows =>
        {
            fittedOn = rows.Rows.Count;
            return new GapShift(new()).Fit(rows);
        });
        Assert.Equal(set.Count, fittedOn);
    }

    [Fact]
    public void Validation_rows_are_measured_also_when_the_test_rows_choose_the_epoch()
    {
        var set = SyntheticEmbeddings.Make(validation: true);

        var data = ProtocolData.Prepare(set, Label, new() { SelectEpochOnTest = true }, new(0));

        Assert.Equal([Split.Validation, Split.Test], data.Evaluated.Select(e => e.Split));
        Assert.Equal(set.RowsOf(Split.Test).Length, data.Selection.Count);
        Assert.Equal(set.RowsOf(Split.Train).Length, data.Training.Rows.Count);
    }

    [Fact]
    public void Changing_test_rows_changes_nothing_that_leak_free_learns()
    {
        var set = SyntheticEmbeddings.Make();
        var image = new EmbeddingMatrix(set.Count, set.Image!.Dimension, [.. set.Image.Values]);
        foreach (var row in set.RowsOf(Split.Test))
        {
            image.Values.AsSpan(row * image.Dimension, image.Dimension).Reverse();
        }

        byte[] Weights(EmbeddingSet of, Protocol protocol)
        {
            using var result = ProtocolRun.Run(of, Label, Options(protocol), new(0), null, TestContext.Current.CancellationToken);
            return [.. result.Model.Model.state_dict().OrderBy(p => p.Key).SelectMany(p => p.Value.bytes.ToArray())];
        }

        var changed = set.With(image, set.Text);
        Assert.Equal(Weights(set, Protocol.LeakFree), Weights(changed, Protocol.LeakFree));
        Assert.NotEqual(Weights(set, Protocol.Published), Weights(changed, Protocol.Published));
    }

    [Fact]
    public void Published_auc_of_several_classes_comes_from_one_hot_predictions()
    {
        using var result = ProtocolRun.Run(
            SyntheticEmbeddings.Make(signal: 0.4), Label, Options(Protocol.Published), new(0), null, TestContext.Current.CancellationToken);

        Assert.Equal(result.Test.Metrics.PublishedArgmaxAuc, result.Test.Auc(result.Data.Leaks));
        Assert.Equal(result.Test.Metrics.RocAuc, result.Test.Auc(new()));
        Assert.NotEqual(result.Test.Auc(result.Data.Leaks), result.Test.Auc(new()));
    }

    [Fact]
    public void A_class_that_test_rows_lack_leaves_auc_blank_with_a_reason()
    {
        var set = SyntheticEmbeddings.Make();
        var without = set.Select([.. Enumerable.Range(0, set.Count).Where(r => set.Splits![r] != Split.Test || set.Table["label_class"][r] != "c2")]);

        using var result = ProtocolRun.Run(without, Label, Options(Protocol.LeakFree), new(0), null, TestContext.Current.CancellationToken);

        Assert.Null(result.Test.Auc(new()));
        Assert.Contains("c2", result.Test.Metrics.Missing["auc"], StringComparison.Ordinal);
        Assert.Equal(3, result.Test.Metrics.PerClass.Count);
    }

    [Fact]
    public void A_class_that_only_test_rows_have_is_refused_with_its_row()
    {
        var set = SyntheticEmbeddings.Make();
        var labels = (string[])set.Table["label_class"].Clone();
        labels[set.RowsOf(Split.Test)[0]] = "novel";
        set = new(set.Table.With("label_class", labels), set.Image, set.Text);

        var error =
            Assert.Throws<InputException>(() =>
                ProtocolRun.Run(set, Label, Options(Protocol.LeakFree), new(0), null, TestContext.Current.CancellationToken));
        Assert.Contains("'novel'", error.Message, StringComparison.Ordinal);
        Assert.Contains("row 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_class_is_refused()
    {
        var set = SyntheticEmbeddings.Make(classes: 1);

        var error =
            Assert.Throws<InputException>(() =>
                ProtocolRun.Run(set, Label, Options(Protocol.LeakFree), new(0), null, TestContext.Current.CancellationToken));
        Assert.Contains("at least two classes", error.Message, StringComparison.Ordinal);
    }

    private static ProtocolOptions Options(Protocol protocol) => new() { Protocol = protocol, Trainer = new() { Epochs = 2 }, Lambda = 0.5 };
}
