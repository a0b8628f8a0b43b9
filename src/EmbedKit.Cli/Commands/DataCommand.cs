using System.CommandLine;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit data …</c>: everything that makes or checks labels tables.</summary>
internal static class DataCommand
{
    internal static Command Create() => new("data", "Make demo data; prepare, split and audit labels tables.")
    {
        DataDemoCommand.Create(), DataPrepareCommand.Create(), DataSplitCommand.Create(), DataAuditCommand.Create(),
    };
}
