using EmbedKit.Data;
using EmbedKit.Datasets.Prompts;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Datasets.Prompts;

public class PromptTemplateTests
{
    private static readonly TextTable Table = new(
        ["age", "sex", "dx_type"], [["80.0", "", "7,5", "1O"], ["1", "0.0", "2", ""], ["histo", "NA", "=1+1", "b"]], "rows.csv");

    [Fact]
    public void Lines_are_joined_and_braces_doubled()
    {
        var template = PromptTemplate.Parse("# remark\nOne {dx_type},\r\n\r\n  {{two}} {dx_type}.\n\n[dx_type]\nmissing = -", "t.txt");
        Assert.Equal(["One histo, {two} histo.", "One -, {two} -.", "One =1+1, {two} =1+1.", "One b, {two} b."], template.Render(Table));
        Assert.Equal(["dx_type"], template.Columns);
    }

    [Fact]
    public void Values_numbers_and_missing_cells_are_written_as_the_sections_say()
    {
        var template = PromptTemplate.Parse(
            "{age}; {sex}\n[age]\nwrite = decimal\nmissing = none\notherwise = about {value} years\n[sex]\n1 = male\n0 = female\notherwise = not "
                + "told", "t.txt");
        Assert.Equal(["about 80.0 years; male", "none; female", "about 7.5 years; not told", "about 10.0 years; not told"], template.Render(Table));
    }

    [Theory]
    [InlineData("{agee}", "t.txt line 1: field {agee} names no column of rows.csv; did you mean age?")]
    [InlineData("\n{age} {zzzzzzzz}", "t.txt line 2: field {zzzzzzzz} names no column of rows.csv; there are: age, sex, dx_type.")]
    [InlineData("{age}", "rows.csv row 3: age is empty; expected a line 'missing = …' below [age] in t.txt.")]
    [InlineData("{sex}\n[sex]\n1 = m\n0 = f\nmissing = ?",
        "rows.csv row 4: sex is '2'; expected one of 1, 0, or a line 'otherwise = …' below [sex] in t.txt.")]
    [InlineData("{age}\n[age]\nmissing = ?\nwrite = whole number", "rows.csv row 4: age is '7,5'; expected a number.")]
    public void What_cannot_be_filled_is_named(string text, string message) =>
        Assert.Equal(message, Assert.Throws<InputException>(() => PromptTemplate.Parse(text, "t.txt").Render(Table)).Message);

    [Theory]
    [InlineData("no field", "t.txt: no {field} in the text")]
    [InlineData("{age", "t.txt line 1: '{' without its partner")]
    [InlineData("a } b {age}", "t.txt line 1: '}' without its partner")]
    [InlineData("{age}\n[agge]\nmissing = -", "t.txt line 2: section [agge] belongs to no field of the text; did you mean age?")]
    [InlineData("{age}\n[age]\nmissing = -\n[age]", "t.txt line 4: section [age] appears twice")]
    [InlineData("{age}\n[age]\nmissing", "t.txt line 3: 'missing'; expected value = text")]
    [InlineData("{age}\n[age]\nwrite = words", "t.txt line 3: write = words; expected whole number or decimal")]
    [InlineData("{age}\n[age", "t.txt line 2: [ without ]")]
    public void Lines_that_break_the_rules_are_named(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<InputException>(() => PromptTemplate.Parse(text, "t.txt")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("0", "0.0")]
    [InlineData("12", "12.0")]
    [InlineData("0,1", "0.1")]
    [InlineData("0.0001", "0.0001")]
    [InlineData("0.00001", "1e-05")]
    [InlineData("1234567890123456", "1234567890123456.0")]
    [InlineData("1e16", "1e+16")]
    [InlineData("1.5e-7", "1.5e-07")]
    [InlineData("-2.50", "-2.5")]
    [InlineData("1000000000000000", "1000000000000000.0")]
    [InlineData("123456789.125", "123456789.125")]
    [InlineData("-0", "-0.0")]
    public void Decimals_are_written_as_Python_writes_floats(string cell, string expected) =>
    Assert.Equal(expected, PromptNumbers.Write(PromptNumber.Decimal, cell));

    [Fact]
    public void Every_shipped_template_parses()
    {
        Assert.Contains("ham10000.published.txt", ShippedPrompts.Names());
        Assert.All(ShippedPrompts.Names().Select(n => n.Split('.')[0]).Distinct(), name =>
        {
            Assert.NotEmpty(ShippedPrompts.Published(name).Columns);
            Assert.NotEmpty(ShippedPrompts.LeakFree(name).Columns);
        });
    }
}
