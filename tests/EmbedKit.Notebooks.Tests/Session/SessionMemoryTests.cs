using EmbedKit.Notebooks.Session;

namespace EmbedKit.Notebooks.Tests.Session;

[Trait("Tier", "slow")]
public sealed class SessionMemoryTests
{
    /// <summary>Where each submission names the references anew, memory grows with the square of the cells: these 250 take 280 MB.</summary>
    [Fact]
    public void Memory_grows_with_the_cells_run_and_not_with_their_square()
    {
        using var session = new NotebookSession();
        Run(session, 0, 50);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Run(session, 50, 300);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 0, 60_000_000);
    }

    private static void Run(NotebookSession session, int begin, int end)
    {
        for (var i = begin; i < end; i++)
        {
            Assert.Null(session.Execute($"var v{i} = {i}; v{i} + 1", _ => { }, TestContext.Current.CancellationToken));
        }
    }
}
