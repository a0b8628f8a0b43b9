using EmbedKit.Protocols;
using EmbedKit.Protocols.Sweep;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Protocols.Sweep;

public sealed class SweepJournalTests : IDisposable
{
    private static readonly RunIdentity Description = new([new("seed", "0"), new("lambda", "0 1")]);
    private readonly string _folder = Directory.CreateTempSubdirectory("embedkit-journal-").FullName;

    private string Journal => Path.Combine(_folder, "sweep.csv.journal");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("garbage", 2, 1)]
    [InlineData("nul", 2, 1)]
    [InlineData("digit", 2, 1)]
    [InlineData("cut", 2, 1)]
    [InlineData("header", 3, 1)]
    [InlineData("everything", 0, 4)]
    public void Damage_costs_the_lines_it_hit_and_is_counted(string damage, int kept, int damaged)
    {
        Write(3);
        var bytes = File.ReadAllBytes(Journal);
        int[] ends = [.. Enumerable.Range(0, bytes.Length).Where(i => bytes[i] == '\n')];
        switch (damage)
        {
            case "garbage":
                "\u0001\u0002{{{"u8.CopyTo(bytes.AsSpan(ends[1] + 30));
                break;
            case "nul":
                bytes.AsSpan(ends[1] + 1, ends[2] - ends[1] - 1).Clear();
                break;
            case "digit":
                bytes[Array.LastIndexOf(bytes, (byte)'7')] = (byte)'8';
                break;
            case "cut":
                bytes = bytes[..^10];
                break;
            case "header":
                bytes.AsSpan(0, ends[0]).Fill((byte)'x');
                break;
            default:
                bytes = [.. bytes.Select(b => b == '\n' ? b : (byte)0xFF)];
                break;
        }

        File.WriteAllBytes(Journal, bytes);
        using (var journal = new SweepJournal(Journal, Description))
        {
            Assert.Equal((kept, damaged), (journal.Finished.Count, journal.Damaged));
            journal.Add(Part(9));
        }

        using var again = new SweepJournal(Journal, Description);
        Assert.Equal(kept + 1, again.Finished.Count);
        Assert.Equal(["cell 9"], again.Find("part 9")!.Rows[0]);
    }

    [Fact]
    public void Two_at_once_are_refused()
    {
        using var journal = new SweepJournal(Journal, Description);
        Assert.Contains(
            "another process is writing it", Assert.Throws<InputException>(() => new SweepJournal(Journal, Description)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_of_another_sweep_never_count()
    {
        Write(2);
        var other = new RunIdentity([new("seed", "1"), new("lambda", "0 1")]);
        Assert.Contains(
            "seed was '0' and is now '1'", Assert.Throws<InputException>(() => new SweepJournal(Journal, other)).Message, StringComparison.Ordinal);
        File.WriteAllLines(Journal, File.ReadAllLines(Journal).Skip(1));
        using var journal = new SweepJournal(Journal, other);
        Assert.Equal((0, 2), (journal.Finished.Count, journal.Damaged));
    }

    private static SweepJournal.Part Part(int i) => new($"part {i}", [[$"cell {i}"]], [[i, 7]], 0.5);

    private void Write(int parts)
    {
        using var journal = new SweepJournal(Journal, Description);
        foreach (var i in Enumerable.Range(0, parts))
        {
            journal.Add(Part(i));
        }
    }
}
