using System.Text;
using EmbedKit.Http;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Http;

/// <summary>Answers altered from valid ones, with a fixed seed: each is read as it should be, or refused in the one typed way.</summary>
[Trait("Tier", "slow")]
public sealed class EmbeddingsAnswerFuzzTests
{
    private const string Valid =
        """{"object": "list", "data": [{"index": 1, "embedding": [0.5, -2e-3, 7]}, {"index": 0, "embedding": "AACAPwAAAEAAAEBA"}], "model": "toy"}""";

    /// <summary>What other answers may have in one place.</summary>
    private static readonly string[] Pieces =
    [
        "NaN", "1e999", "-1e-999", "-0", "null", "true", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"\\u001b[2J\"", "9223372036854775808",
        "-1", "2", "0.5", "1e0",
        "\"\"", "\"====\"", "\"AAAA\"", "[]", "[[]]", "{}", "\"index\": 0", "\"\\u0069ndex\": 1", "\"index\": \"0\"", "\"embedding\": []",
        "\"data\": []", "\"\\ud800\": 1",
        "{\"index\": 0, \"embedding\": [1, 2, 3]}", ",", ":", "[", "]", "{", "}", "\"", "\\", "//", "\0", "\ufeff", new('[', 100), new('9', 400),
    ];

    [Fact]
    public void An_altered_answer_gives_vectors_or_the_typed_error()
    {
        var random = new Random(20260);
        var (read, refused) = (0, 0);
        for (var round = 0; round < 40_000; round++)
        {
            var body = Alter(random);
            try
            {
                var vectors = EmbeddingsAnswer.Read(body, 2, "endpoint");
                Assert.True(
                    vectors.Length == 2 && vectors[0].Length == vectors[1].Length && vectors.All(v => v.Length > 0 && v.All(float.IsFinite)),
                    Encoding.UTF8.GetString(body));
                read++;
            }
            catch (InputException error)
            {
                Assert.DoesNotContain('\n', error.Message);
                refused++;
            }

            Assert.True(EmbeddingsAnswer.ErrorText(body).Length < 400);
        }

        // Both ways are gone often, so that the alterations get past the first check.
        Assert.True(read > 1000 && refused > 10_000, $"{read} read, {refused} refused");
    }

    private static byte[] Alter(Random random)
    {
        var text = random.Next(4) == 0 ? Valid.Replace("data", "error", StringComparison.Ordinal) : Valid;
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var start = random.Next(text.Length);
            var end = random.Next(3) == 0 ? Math.Min(text.Length, start + random.Next(30)) : start + (random.Next(2) == 0 ? 1 : 0);
            text = text[..start] + (random.Next(4) == 0 ? "" : Pieces[random.Next(Pieces.Length)]) + text[end..];
            if (text.Length == 0)
            {
                return [];
            }
        }

        var body = Encoding.UTF8.GetBytes(text);
        if (random.Next(4) == 0)
        {
            body[random.Next(body.Length)] = (byte)random.Next(256);
        }

        return body;
    }
}
