using System.Globalization;
using EmbedKit.Demo.World;
using EmbedKit.Experiments;

namespace EmbedKit.Demo;

/// <summary>The paper's experiments on the demo world, at one of two sizes, with the tiny encoders in the place of the paper's.</summary>
public static class DemoPlan
{
    /// <summary>The full run.</summary>
    public static ReproductionPlan Full { get; } = new()
    {
        Data = Data(DemoWriter.DefaultSize),
        Encoders = [new("clip", "tiny-clip", null, "CLIP"), new("dino+llama", "tiny-dino", "tiny-llama", "DINOv2 + LLaMA-2")],
        Tasks =
        [
            new("dermatoscopy", "label_dx", "ham10000"),
            new("fundus", "label_dr_binary", "brset"),
            new("fundus", "label_dr_3class", "brset_3") { Title = "fundus, 3 classes", Epochs = 50 },
            new("satellite", "label_outbreak", "satellitebench"),
            new("general", "label_scene", null),
        ],
    };

    /// <summary>A run for the impatient: half the demo, five λ, two seeds.</summary>
    public static ReproductionPlan Quick { get; } = Full with { Data = Data(700), Lambdas = [-1, -0.5, 0, 0.5, 1], Seeds = 2, ExpectedMinutes = 1 };

    /// <summary>The demo world as the data of a run: all four data sets are drawn when the first is asked for.</summary>
    /// <param name="size">Rows of the largest data set, as <see cref="DemoWriter.Write"/> takes it.</param>
    public static ReproductionData Data(int size) => new()
    {
        Identity = new Dictionary<string, string> { ["data"] = "demo", ["size"] = size.ToString(CultureInfo.InvariantCulture) },
        Provenance = DemoWriter.Provenance,
        Write = (run, _) => DemoWriter.Write(Path.Combine(run.Folder, "data"), size, run.Random, run.Threads, run.Progress, run.Cancellation),
        Synthetic = true,
    };
}
