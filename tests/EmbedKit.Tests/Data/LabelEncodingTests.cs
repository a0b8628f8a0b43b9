using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Data;

public class LabelEncodingTests
{
    private static readonly TextTable Table = new(
        ["image_id", "dx", "dr", "label_a", "label_b"],
        [["1", "2", "3", "4"], ["nv", "mel", "bcc", "nv"], ["1", "0", "0", "1"], ["1", "0", "1", "0"], ["0", "1.0", "1", "0"]],
        "labels.csv");

    [Fact]
    public void Three_classes_are_sorted_and_indexed()
    {
        var encoding = LabelEncoding.Fit(["dx"], Table);
        Assert.Equal(TaskKind.Multiclass, encoding.Task);
        Assert.Equal(["bcc", "mel", "nv"], encoding.Classes);
        Assert.Equal([2, 1, 0, 2], encoding.Encode(Table));
        Assert.Equal([0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 1], encoding.EncodeMultilabel(Table));
        Assert.Equal(3, encoding.OutputCount);
    }

    [Fact]
    public void Two_classes_are_binary_with_one_output()
    {
        var encoding = LabelEncoding.Fit(["dr"], Table);
        Assert.Equal((TaskKind.Binary, 1), (encoding.Task, encoding.OutputCount));
        Assert.Equal([1, 0, 0, 1], encoding.Encode(Table));
    }

    [Fact]
    public void Several_columns_of_zeros_and_ones_are_multilabel()
    {
        var encoding = LabelEncoding.Fit(["label_a", "label_b"], Table);
        Assert.Equal(TaskKind.Multilabel, encoding.Task);
        Assert.Equal(["a", "b"], encoding.Classes);
        Assert.Equal([1, 0, 0, 1, 1, 1, 0, 0], encoding.EncodeMultilabel(Table));
        Assert.Throws<InvalidOperationException>(() => encoding.Encode(Table));
    }

    [Fact]
    public void A_class_unseen_in_training_names_its_row_and_the_known_ones()
    {
        var encoding = LabelEncoding.Fit(["dx"], Table.Select([0, 1]));
        var error = Assert.Throws<InputException>(() => encoding.Encode(Table.Select([3, 2])));
        Assert.Equal("labels.csv row 4: dx is 'bcc', unknown from the training rows; expected one of mel, nv.", error.Message);
    }

    [Fact]
    public void Bad_labels_are_refused()
    {
        Assert.Contains("row 3: dx is empty", Message(["dx"], Table.With("dx", ["a", " ", "b", "c"])));
        Assert.Contains(
            "holds only 'a' in the training rows; expected at least two classes", Message(["dx"], Table.With("dx", ["a", "a", "a", "a"])));
        Assert.Contains("row 5: label_a is '2'; expected 0 or 1", Message(["label_a", "label_b"], Table.With("label_a", ["0", "1", "1", "2"])));
        Assert.Contains("did you mean label_a", Message(["label_aa"], Table));
        Assert.Contains("no label column named", Message([], Table));
    }

    private static string Message(string[] columns, TextTable table) =>
        Assert.Throws<InputException>(() => LabelEncoding.Fit(columns, table)).Message;
}
