using EmbedKit.Demo;
using EmbedKit.Experiments;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Experiments;

[Trait("Tier", "slow")]
public sealed class ReproductionTests
{
    [Fact]
    public void A_notebooks_reader_is_told_once_before_anything_is_made_where_and_how_long()
    {
        var folder = Directory.CreateTempSubdirectory("embedkit-run-").FullName;
        try
        {
            var reports = new List<JobProgress>();
            HostProgress.Current = new Collector(reports);
            var plan = DemoPlan.Quick with { Data = DemoPlan.Data(140) };
            var results = Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(folder, "results"));
            var run = new Reproduction(results, plan);
            run.Labels("dermatoscopy");

            Assert.StartsWith($"{results} (seen from the notebook's folder) has no results yet", reports[0].Note, StringComparison.Ordinal);
            Assert.Contains("up to about 1 minute on 2 idle cores", reports[0].Note, StringComparison.Ordinal);
            Assert.Contains(reports, r => r.Done > 0);
            Assert.Single(reports, r => r.Note is not null);

            reports.Clear();
            new Reproduction(results, plan).Labels("dermatoscopy");
            Assert.Empty(reports);
        }
        finally
        {
            HostProgress.Current = null;
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class Collector(List<JobProgress> reports) : IProgress<JobProgress>
    {
        public void Report(JobProgress value)
        {
            lock (reports)
            {
                reports.Add(value);
            }
        }
    }
}
