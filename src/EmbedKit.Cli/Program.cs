using System.CommandLine;
using EmbedKit.Cli.Commands;
using EmbedKit.Cli.Terminal;

var root = new RootCommand("EmbedKit: rerun, with and without its leaks, the embedding alignment study of arXiv 2406.02601.");

root.Subcommands.Add(ReproduceCommand.Create());
root.Subcommands.Add(DoctorCommand.Create());
root.Subcommands.Add(DataCommand.Create());
root.Subcommands.Add(ModelsCommand.Create());
root.Subcommands.Add(EmbedCommand.Create());
root.Subcommands.Add(NotebookCommand.Create());
root.Subcommands.Add(KernelCommand.Create());
root.Subcommands.Add(EmbeddingsCommand.Create());
root.Subcommands.Add(AlignCommand.Create());
root.Subcommands.Add(EvaluateCommand.Create());
root.Subcommands.Add(TrainCommand.Create());
root.Subcommands.Add(PredictCommand.Create());
root.Subcommands.Add(SweepCommand.Create());
root.Subcommands.Add(BenchCommand.Create());

return root.Run(args);
