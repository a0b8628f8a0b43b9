using System.Text;

namespace EmbedKit.Tests;

/// <summary>Damaged copies of a valid file: mostly small damage, so that they get past the first check. The same seed gives the same
/// copies.</summary>
internal static class Fuzz
{
    private static readonly byte[] Hard = [0, 1, 0x7f, 0x80, 0xff, (byte)'"', (byte)'{', (byte)'[', (byte)'\\', (byte)'9'];

    internal static List<byte[]> Mutations(byte[] file, int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Mutate(file, random))];
    }

    internal static List<string> Mutations(string text, int seed, int count) =>
        Mutations(Encoding.UTF8.GetBytes(text), seed, count).ConvertAll(Encoding.UTF8.GetString);

    /// <summary>Reads each copy; all that may leave is a refusal of one line.</summary>
    /// <returns>How many were refused.</returns>
    internal static int Refused<T>(Type refusal, IEnumerable<T> copies, Action<T> read)
    {
        var refused = 0;
        foreach (var (copy, index) in copies.Select((c, i) => (c, i)))
        {
            try
            {
                read(copy);
            }
            catch (Exception error) when (error.GetType() == refusal)
            {
                Assert.DoesNotContain('\n', error.Message);
                refused++;
            }
            catch (Exception error) when (error is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"copy {index}: {error}");
            }
        }

        return refused;
    }

    private static byte[] Mutate(byte[] file, Random random)
    {
        var bytes = new List<byte>(file);
        for (var damages = random.Next(1, 4); damages > 0 && bytes.Count > 0; damages--)
        {
            // The beginning of a file says most.
            var at = random.Next(random.Next(2) == 0 ? Math.Min(bytes.Count, 128) : bytes.Count);
            var length = Math.Min(random.Next(1, 9), bytes.Count - at);
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = Hard[random.Next(Hard.Length)];
                    break;
                case 2:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 3:
                    bytes.RemoveRange(at, length);
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - length + 1), length));
                    break;
                case 5:
                    bytes.GetRange(random.Next(bytes.Count - length + 1), length).ForEach(b => bytes[at < bytes.Count ? at++ : 0] = b);
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }
}
