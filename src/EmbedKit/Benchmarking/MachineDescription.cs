using System.Reflection;
using System.Runtime.InteropServices;

namespace EmbedKit.Benchmarking;

/// <summary>The machine behind a measurement: no number that depends on it is shown without it.</summary>
/// <param name="Processor">Its model name, or its architecture where the system does not tell.</param>
/// <param name="Cores">Logical cores this process may use.</param>
/// <param name="MemoryGiB">Memory this process may use, GiB (2³⁰ bytes).</param>
/// <param name="OperatingSystem">Name and version.</param>
/// <param name="Versions">Name and version of the runtime and of the packages that compute.</param>
public sealed record MachineDescription(
    string Processor, int Cores, double MemoryGiB, string OperatingSystem, IReadOnlyList<(string Name, string Version)> Versions)
{
    /// <summary>Describes the machine this process runs on.</summary>
    public static MachineDescription Current() => new(
        ProcessorName() ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30),
        RuntimeInformation.OSDescription,
        [
            ("EmbedKit", Version(typeof(MachineDescription))), (".NET", Environment.Version.ToString()),
            ("TorchSharp", Version(typeof(TorchSharp.torch))), ("ONNX Runtime", Version(typeof(Microsoft.ML.OnnxRuntime.InferenceSession))),
            ("NetVips", Version(typeof(NetVips.Image))),
        ]);

    private static string? ProcessorName()
    {
        const string Information = "/proc/cpuinfo";
        return File.Exists(Information)
            ? File.ReadLines(Information).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[^1].Trim()
            : null;
    }

    /// <summary>The package's version; what follows "+" names a commit and is left out.</summary>
    private static string Version(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? type.Assembly.GetName().Version?.ToString(3) ?? "unknown";
}
