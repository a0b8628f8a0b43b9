using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using EmbedKit.Cli.Terminal;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit doctor</c>: what this machine has, and what is missing for what.</summary>
internal static class DoctorCommand
{
    private sealed record Check(string Name, bool Ok, bool Required, string Found, string NeededFor);

    internal static Command Create() =>
        Verb.Create("doctor", "Say what this machine has, and what is missing for what.", [], Run);

    private static CommandResult Run(CommandContext context)
    {
        Check[] checks =
        [
            new(".NET", true, true, RuntimeInformation.FrameworkDescription, "everything"),
            new("Machine", true, true, Machine(), "everything"),
            Probe("TorchSharp", true, "fusion classifiers, raw-data baseline", TorchVersion),
            Probe("ONNX Runtime", true, "embedding extraction", () => OrtEnv.Instance().GetVersionString()),
            Probe(
                "libvips", true, "reading and writing images",
                () => $"{NetVips.NetVips.Version(0)}.{NetVips.NetVips.Version(1)}.{NetVips.NetVips.Version(2)}"),
            Probe("Models", true, "embedding without models of your own", () => $"{ModelFolder.Catalogue().Count} in {ModelFolder.Root}"),
            Probe("Numbers", true, "embedkit reproduce (the published numbers)", () => RepositoryFolder.Find("data/reference")),
            Probe("Notebooks", true, "embedkit reproduce", () => RepositoryFolder.Find("notebooks")),
            Probe("GPU", false, "speed only; build with EMBEDKIT_ACCELERATOR=cuda", Gpu),
            Tool("Chromium", ["chromium", "chromium-browser", "google-chrome"], "tests that open pages; apt-get install chromium"),
            Tool(
                "Jupyter", ["jupyter", "jupyter-lab"],
                "stepping through notebooks outside an editor; apt-get install jupyter-client, then embedkit kernel install --user"),
            Probe("Disk", false, "1 GiB for the demo's results", Disk),
        ];

        foreach (var check in checks)
        {
            var mark = check.Ok ? "ok  " : check.Required ? "FAIL" : "-   ";
            context.Out.WriteLine($"{mark} {check.Name,-13} {check.Found}{(check.Ok ? "" : $"  (needed for: {check.NeededFor})")}");
        }

        var broken = checks.Count(c => c is { Required: true, Ok: false });
        context.Out.WriteLine(
            broken == 0 ? "Everything needed for `embedkit reproduce` is here." : $"{NumberText.Count(broken, "needed part")} missing.");
        return new([], new { Checks = checks }, broken == 0 ? ExitCode.Done : ExitCode.Failed);
    }

    private static Check Probe(string name, bool required, string neededFor, Func<string> version)
    {
        try
        {
            return new(name, true, required, version(), neededFor);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Whatever is wrong with a part is what is asked here.
            return new(name, false, required, (error.InnerException ?? error).Message.Split('\n')[0], neededFor);
        }
    }

    private static string TorchVersion()
    {
        using var scope = torch.NewDisposeScope();
        var sum = torch.ones(2, 2).matmul(torch.ones(2, 2)).sum().item<float>();
        return $"{typeof(torch).Assembly.GetName().Version?.ToString(3)} with libtorch {torch.__version__} "
            + $"({(sum == 8 ? "computes" : "computes wrongly")}, {NumberText.Count(torch.get_num_threads(), "thread")})";
    }

    private static string Machine()
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024.0 * 1024 * 1024);
        return string.Create(
            CultureInfo.InvariantCulture, $"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores, {memory:0.#} GiB");
    }

    private static Check Tool(string name, string[] programs, string neededFor)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var found = folders.SelectMany(f => programs.Select(p => Path.Combine(f, p))).FirstOrDefault(File.Exists);
        return new(name, found is not null, false, found ?? "not found", neededFor);
    }

    private static string Gpu() =>
        torch.cuda.is_available() ? $"{NumberText.Count(torch.cuda.device_count(), "CUDA device")}"
            : throw new InputException("none: everything runs on the CPU");

    private static string Disk()
    {
        var free = new DriveInfo(Environment.CurrentDirectory).AvailableFreeSpace / (1024.0 * 1024 * 1024);
        var text = string.Create(CultureInfo.InvariantCulture, $"{free:0.0} GiB free here");
        return free >= 1 ? text : throw new InputException(text);
    }
}
