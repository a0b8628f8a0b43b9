using EmbedKit.Datasets.Prompts;
using EmbedKit.Demo.World;
using EmbedKit.Runtime;

namespace EmbedKit.Demo.Tests.World;

/// <summary>The demo world writes its published texts by itself; they are the shipped templates' words.</summary>
public class DemoTextTests
{
    [Theory]
    [InlineData(DemoDataset.Dermatoscopy, "ham10000")]
    [InlineData(DemoDataset.Fundus, "brset")]
    [InlineData(DemoDataset.Satellite, "satellitebench")]
    public void Published_texts_of_the_demo_are_the_templates(DemoDataset dataset, string prompt)
    {
        var streams = new RandomStreams(3);
        var table = DemoTable.Build(dataset, DemoWorld.Draw(dataset, new() { Size = 140 }, streams), streams);
        var template = ShippedPrompts.Published(prompt);
        foreach (var column in template.Columns.Where(c => !table.Contains(c)))
        {
            // Findings that the demo never draws are absent; the label and the city go by other names.
            table = table.With(column, column switch
            {
                "Labels" => table["label_outbreak"],
                "Municipality" => table["municipality"],
                _ => [.. Enumerable.Repeat("0", table.RowCount)],
            });
        }

        // The demo writes whole shares without decimals.
        Assert.Equal(table["text_published"], template.Render(table).Select(t => t.Replace(".0%", "%", StringComparison.Ordinal)));
    }
}
