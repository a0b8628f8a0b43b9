using System.Runtime.InteropServices;

namespace EmbedKit.Tokenizers.Tests;

/// <summary>
/// Hugging Face's own Rust library (tokenizers 0.22.2), which Python's transformers runs, as <c>Tokenizers.DotNet</c> wraps it: ids of a
/// <c>tokenizer.json</c>, special tokens, cutting and filling as that file says. It reads no other file and tells no offsets.
/// </summary>
internal static class RustTokenizers
{
    /// <summary>The ids of texts; the test skips where the library's native half is not installed.</summary>
    /// <param name="file">A <c>tokenizer.json</c>.</param>
    /// <param name="texts">Texts. The wrapper refuses halves of surrogate pairs, which are U+FFFD in UTF-8: that stands for them.</param>
    internal static int[][] Encode(string file, IEnumerable<string> texts)
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64,
            "Hugging Face's tokenizers are compared with on Linux x64 alone (Tokenizers.DotNet.runtime.linux-x64).");
        using var library = new global::Tokenizers.DotNet.Tokenizer(file);
        return [.. texts.Select(t => Array.ConvertAll(library.Encode(string.Concat(t.EnumerateRunes())), id => (int)id))];
    }
}
