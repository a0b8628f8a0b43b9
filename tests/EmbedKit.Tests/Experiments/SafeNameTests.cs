using EmbedKit.Experiments;

namespace EmbedKit.Tests.Experiments;

public class SafeNameTests
{
    [Theory]
    [InlineData("My Data (v2)")]
    [InlineData("1st")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("a/b\\c\"'")]
    [InlineData("日本語")]
    [InlineData("CON")]
    [InlineData("com1")]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("dr_3class")]
    [InlineData("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    public void Names_of_users_are_safe_as_ids_and_file_names(string name)
    {
        Assert.Matches("^[A-Za-z0-9][A-Za-z0-9_-]{0,48}$", SafeName.Of(name));
        Assert.Equal(name is "dr_3class" or "1st", SafeName.Of(name) == name);
    }

    [Fact]
    public void Different_names_stay_different()
    {
        string[] names = ["a b", "a-b", "a.b", "a_b", "A_b", "a b ", "é", "è", new('x', 60), new('x', 61)];
        Assert.Equal(names.Length, SafeName.Of(names).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }
}
