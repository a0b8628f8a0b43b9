using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Evaluation;

public sealed class PredictionFileTests : IDisposable
{
    private static readonly string[] Ids = ["a", "b", "c"];
    private readonly string _folder = Directory.CreateTempSubdirectory("embedkit-predictions-").FullName;

    public static TheoryData<Predictions> Examples =>
    [
        new Predictions(TaskKind.Multiclass, ["w", "x", "y, z"], Ids, [0, 2, 1], [0, 1, 1], [0.1, 0.2, 1.0 / 3, 4e-9, 5, 6, 7, 8, 9]),
        new Predictions(TaskKind.Binary, ["no", "yes"], Ids, [0, 1, 1], [0, 1, 0]),
        new Predictions(TaskKind.Binary, ["no", "yes"], Ids, null, [0, 1, 0], [0.9, 0.1, 0.2, 0.8, 0.5, 0.5]),
        new Predictions(TaskKind.Binary, ["no", "yes"], Ids, [0, 1, 1], [0, 1, 0]) { Groups = ["g", "h, i", "g"] },
        new Predictions(TaskKind.Multilabel, ["p", "q"], Ids, [0, 1, 1, 1, 0, 0], [0, 0, 1, 0, 1, 0], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]),
    ];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Examples))]
    public void What_is_written_reads_back_the_same(Predictions expected)
    {
        var path = Path.Combine(_folder, "predictions.csv");
        PredictionFile.Write(path, expected);
        var actual = PredictionFile.Read(path);

        Assert.Equal(expected.Task, actual.Task);
        Assert.Equal(expected.Classes, actual.Classes);
        Assert.Equal(expected.Ids, actual.Ids);
        Assert.Equal(expected.True, actual.True);
        Assert.Equal(expected.Predicted, actual.Predicted);
        Assert.Equal(expected.Scores, actual.Scores);
        Assert.Equal(expected.Groups, actual.Groups);
    }

    [Theory]
    [InlineData("image_id,y_true,y_pred,score_a,score_b\n1,a,c,0,1\n", "row 2: y_pred is 'c'", "a, b")]
    [InlineData("image_id,y_true,y_pred,score_a,score_b\n1,a,b,0,x\n", "row 2: score_b is 'x'")]
    [InlineData("image_id,y_true,prediction\n1,a,b\n", "no column 'y_pred'")]
    [InlineData("image_id,y_true,y_pred\n1,a,a\n", "one class only")]
    [InlineData("image_id,true_a,pred_a,true_b,pred_b\n1,0,2,0,0\n", "row 2: pred_a is '2'")]
    [InlineData("image_id,true_a,pred_a,pred_b\n1,0,0,0\n", "bad.csv: pred_b but no true_b; expected columns y_true and y_pred, or true_LABEL")]
    [InlineData("image_id,true_a,pred_a,true_b\n1,0,0,0\n", "bad.csv: true_b but no pred_b;")]
    [InlineData("image_id,label_a\n1,0\n", "bad.csv: no predictions among its columns image_id, label_a; expected columns")]
    [InlineData("image_id,y_true,y_pred\n1,a,b\n1,b,b\n", "'1' stands in row 2")]
    public void Bad_files_are_refused_by_place(string csv, params string[] expected)
    {
        var path = Path.Combine(_folder, "bad.csv");
        File.WriteAllText(path, csv);
        var message = Assert.Throws<InputException>(() => PredictionFile.Read(path)).Message;
        Assert.All(expected, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
