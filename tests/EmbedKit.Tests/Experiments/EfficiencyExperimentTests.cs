using System.Globalization;
using EmbedKit.Demo;
using EmbedKit.Experiments;
using EmbedKit.Report;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Experiments;

/// <summary>What the section on memory says is what stands in <c>memory.csv</c>.</summary>
public sealed class EfficiencyExperimentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(12, 2, "16.7 %")]
    [InlineData(2, 3, "150.0 %")]
    [InlineData(2.918328, 0.032043, "1.1 %")]
    public void The_share_is_that_of_the_tables_first_pair(double raw, double embeddings, string share)
    {
        var section = Section(raw, embeddings);
        Assert.Equal(
            $"dermatoscopy, clip: a training batch of embeddings takes {share} of the bytes of a batch of images at the encoder's input size.",
            section.Findings[0].Replace(DemoPlan.Quick.Tasks[0].Title, "dermatoscopy", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_task_and_encoder_has_its_own_row_of_the_comparison()
    {
        var section = Section(10, 1);
        var plan = DemoPlan.Quick;
        var rows = Comparison.ToTable([.. section.Comparisons.Single().Rows], "memory");
        Assert.Equal(plan.Tasks.Count * plan.Encoders.Count, rows.RowCount);
        var cells = Enumerable.Range(0, rows.RowCount).Select(r => string.Join(" | ", rows.Columns.Select(c => c[r]))).ToArray();
        for (var i = 0; i < cells.Length; i++)
        {
            Assert.Contains($"{NumberText.Mebibytes(10 + i)} → {NumberText.Mebibytes(1 + (i / 10.0))}", cells[i], StringComparison.Ordinal);
        }
    }

    /// <summary>The section of a table in which the i-th pair of task and encoder takes i more raw, and i / 10 more as embeddings.</summary>
    private ReportSection Section(double raw, double embeddings)
    {
        var plan = DemoPlan.Quick;
        var run = new Reproduction(_folder["run"], plan);
        List<string> lines =
            ["dataset,encoder,representation,train_mib_per_batch,train_mib_per_epoch,test_mib_per_batch,test_mib_per_batch_as_published,"
                + "test_mib_per_epoch,model_mib"];
        foreach (var (i, (task, encoder)) in plan.Tasks.SelectMany(t => plan.Encoders.Select(e => (t, e))).Index())
        {
            foreach (var (name, value) in ((string, double)[])[("raw", raw + i), ("embeddings", embeddings + (i / 10.0))])
            {
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{task.Name},{encoder.Name},{name},{value},7,7,7,7,7"));
            }
        }

        Directory.CreateDirectory(_folder["run/tables"]);
        File.WriteAllLines(_folder["run/tables/memory.csv"], lines);
        return new EfficiencyExperiment(run, PublishedNumbers.Load()).Sections().Single();
    }
}
