using EmbedKit.Data;
using EmbedKit.Experiments;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Experiments;

public sealed class ReproductionDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Labels_are_written_once_by_whoever_the_plan_names_and_images_lie_beside_them()
    {
        var asked = new List<string>();
        var run = new Reproduction(_folder["run"], Plan("first", asked));
        Assert.Equal(2, run.Labels("shapes").Count);
        Assert.Equal(2, run.Labels("shapes").Count);
        Assert.Equal(["shapes"], asked);
        Assert.Equal(_folder["run/data/shapes/images"], run.ImageFolder("shapes"));
    }

    [Fact]
    public void A_run_goes_on_only_with_the_data_it_began_with()
    {
        _ = new Reproduction(_folder["run"], Plan("first", []));
        _ = new Reproduction(_folder["run"], Plan("first", []));
        Assert.Contains("holds a different run (data was 'first' and is now 'second')",
            Assert.Throws<InputException>(() => new Reproduction(_folder["run"], Plan("second", []))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_users_own_folder_keeps_its_images_and_gets_the_splits_it_lacks()
    {
        Directory.CreateDirectory(_folder["own/images"]);
        var rows = string.Concat(Enumerable.Range(0, 40).Select(i => $"{i}.jpg,text,{i % 2}\n"));
        File.WriteAllText(_folder["own/labels.csv"], "image_id,text,label_x\n" + rows);
        var plan = Plan("first", []).On(_folder["own"]);
        Assert.Equal(("data of own", false), (plan.Provenance, plan.Data.Synthetic));
        var run = new Reproduction(_folder["run"], plan);
        Assert.True(run.Labels("own").Table.Contains(LabelledDataset.SplitColumn));
        Assert.Equal(_folder["own/images"], run.ImageFolder("own"));
    }

    private static ReproductionPlan Plan(string name, List<string> asked) => new()
    {
        Data = new()
        {
            Identity = new Dictionary<string, string> { ["data"] = name },
            Provenance = "two rows",
            Write = (run, dataset) =>
            {
                asked.Add(dataset);
                AtomicFile.WriteText(run.LabelsPath(dataset), "image_id,text,label_x,split\na.jpg,a,0,train\nb.jpg,b,1,test\n");
            },
        },
        Encoders = [],
        Tasks = [],
    };
}
