using EmbedKit.Data;
using EmbedKit.Embedding.Images;
namespace EmbedKit.Demo.World;

/// <summary>One synthetic image–text pair with its labels and metadata.</summary>
/// <param name="render">Draws the image.</param>
internal sealed class DemoSample(Func<RgbImage> render)
{
    private readonly Lazy<RgbImage> _image = new(render);

    /// <summary>The image, drawn when first asked for.</summary>
    public RgbImage Image => _image.Value;

    /// <summary>File name of the image, distinct within the draw.</summary>
    public required string Id { get; init; }

    /// <summary>Text without leaks: nothing in it defines the label or was written by whoever set the label.</summary>
    public required string Text { get; init; }

    /// <summary>Text by the paper's template, its leaks included.</summary>
    public required string PublishedText { get; init; }

    /// <summary>Label columns and their cells; the first is the main one.</summary>
    public required IReadOnlyList<(string Column, string Cell)> Labels { get; init; }

    /// <summary>What must stay on one side of a split: lesion, patient, municipality.</summary>
    public required string Group { get; init; }

    /// <summary>Metadata columns and their cells, named as in the data set this one imitates.</summary>
    public required IReadOnlyList<(string Column, string Cell)> Metadata { get; init; }
}
