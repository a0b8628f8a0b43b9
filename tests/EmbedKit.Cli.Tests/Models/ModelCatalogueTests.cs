using EmbedKit.Cli.Models;

namespace EmbedKit.Cli.Tests.Models;

public sealed class ModelCatalogueTests
{
    [Fact]
    public void Every_model_can_be_found_and_is_told_apart()
    {
        Assert.Equal(14, ModelCatalogue.All.Count);
        Assert.All(ModelCatalogue.All, m =>
        {
            Assert.Same(m, ModelCatalogue.Find(m.Name));
            Assert.Same(m, ModelCatalogue.Find(m.Original));
            Assert.Equal(m.Repository is null, m.Onnx.Count == 0);
            Assert.Matches("^(main|[0-9a-f]{40})$", m.Revision);
            Assert.NotEmpty(m.Licence);
        });
        Assert.Null(ModelCatalogue.Find("no-such-model"));
    }
}
