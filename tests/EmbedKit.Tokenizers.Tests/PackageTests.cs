using System.Reflection;

namespace EmbedKit.Tokenizers.Tests;

/// <summary>What a program that refers to this assembly gets: four types, one dependency, and README's example.</summary>
public sealed class PackageTests
{
    private static readonly Assembly Package = typeof(TokenizerFolder).Assembly;
    private static readonly string Root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../.."));

    [Fact]
    public void It_depends_on_protobuf_alone() => Assert.Equal(
        ["Google.Protobuf"],
        Package.GetReferencedAssemblies().Select(a => a.Name!).Where(n => !n.StartsWith("System.", StringComparison.Ordinal)));

    [Fact]
    public void One_type_reads_a_folder_and_one_encodes() => Assert.Equal(
        ["TextTokenizer", "TokenizedText", "TokenizerException", "TokenizerFolder"],
        Package.GetExportedTypes().Select(t => t.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void The_example_of_the_README_does_what_its_comments_say()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Models", "tiny-clip");

        // README begins
        var tokenizer = TokenizerFolder.Read(folder);                       // a model folder in Hugging Face's layout
        var (ids, dropped) = tokenizer.Encode("A photo of a melanocytic nevus.");
        var pieces = string.Join(' ', ids.Select(tokenizer.TokenOf));       // <|startoftext|> a</w> photo</w> of</w> a</w> …
        var length = tokenizer.FixedLength ?? ids.Length;                   // 77: CLIP's texts are all filled up
        var filling = Enumerable.Repeat(tokenizer.PadId, length - ids.Length);
        int[] input = tokenizer.PadsLeft ? [.. filling, .. ids] : [.. ids, .. filling];
        if (dropped > 0)
        {
            Console.WriteLine($"{dropped} ids beyond the model's {tokenizer.MaxLength} were cut.");
        }

        // README ends
        Assert.Equal((77, 77, 0), (length, input.Length, dropped));
        Assert.StartsWith("<|startoftext|> a</w> photo</w> of</w> a</w> ", pieces, StringComparison.Ordinal);
        var lines = File.ReadAllLines(Path.Combine(Root, "tests/EmbedKit.Tokenizers.Tests", $"{nameof(PackageTests)}.cs"));
        var (begin, end) = (Array.IndexOf(lines, "        // README begins"), Array.IndexOf(lines, "        // README ends"));
        var example = string.Join('\n', lines[(begin + 1)..(end - 1)].Select(l => l[Math.Min(8, l.Length)..]));
        var readme = File.ReadAllText(Path.Combine(Root, "src/EmbedKit.Tokenizers/README.md")).ReplaceLineEndings("\n");
        Assert.Contains($"```csharp\nusing EmbedKit.Tokenizers;\n\n{example}\n```\n", readme, StringComparison.Ordinal);
    }
}
