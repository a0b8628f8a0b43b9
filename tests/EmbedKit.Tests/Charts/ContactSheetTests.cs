using EmbedKit.Charts;

namespace EmbedKit.Tests.Charts;

public class ContactSheetTests
{
    [Fact]
    public void Files_are_embedded_captions_escaped_and_the_provenance_stands_below()
    {
        var file = Path.Combine(Path.GetTempPath(), $"embedkit-{Guid.NewGuid():N}.png");
        File.WriteAllBytes(file, [1, 2, 3]);
        try
        {
            var html = ContactSheet.Html([(file, "<b>\"mole\"</b>")], "made & up");
            Assert.Contains("src=\"data:image/png;base64,AQID\"", html, StringComparison.Ordinal);
            Assert.Contains("alt=\"&lt;b&gt;&quot;mole&quot;&lt;/b&gt;\"", html, StringComparison.Ordinal);
            Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
            Assert.EndsWith("made &amp; up</p>", html, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Images_without_a_word_on_where_they_come_from_are_refused() =>
        Assert.Throws<ArgumentException>(() => ContactSheet.Html([], " "));
}
