using EmbedKit.Runtime;
using TorchSharp;

namespace EmbedKit.Tests.Runtime;

public class GlibcxxVersionPatchTests
{
    private static readonly string Library = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    [Fact]
    public void Torch_computes_on_this_machine() => Assert.Equal(3, torch.ones(3).sum().item<float>());

    [Fact]
    public void Only_one_flag_changes_and_only_once()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has symbol versions.");
        var original = File.ReadAllBytes(Library);
        var patched = (byte[])original.Clone();

        Assert.True(GlibcxxVersionPatch.Apply(patched));
        Assert.Equal(1, original.Zip(patched).Count(pair => pair.First != pair.Second));
        Assert.False(GlibcxxVersionPatch.Apply(patched));
    }

    [Fact]
    public void A_file_that_is_no_library_is_refused() => Assert.Throws<InvalidDataException>(() => GlibcxxVersionPatch.Apply(new byte[200]));
}
