// Nearly every test here waits: for another process, a signal, a hub that does not answer.
[assembly: Xunit.v3.Parallelization(MaxThreads = 4)]
