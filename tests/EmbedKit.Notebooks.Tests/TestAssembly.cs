// Notebooks change the working directory while they run, and cells write to the one console of the process.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
