using System.CommandLine;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit bench …</c>: time and memory of embeddings against raw data.</summary>
internal static class BenchCommand
{
    internal static Command Create() => new("bench", "Measure what embeddings save, in time and memory, against raw data.")
    {
        BenchEfficiencyCommand.Create(), BenchWayCommand.Create(),
    };
}
