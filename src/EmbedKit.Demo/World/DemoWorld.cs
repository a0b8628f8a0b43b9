using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>
/// A small synthetic world that stands in for data which is large, credentialed or non-commercial. Nothing in it is a patient, and no number
/// won on it says anything about one.
/// </summary>
/// <remarks>
/// Every group and every image draws from its own named random stream, so a sample does not depend on which others are asked for. Image and
/// text are drawn independently given the class: each carries evidence the other lacks, and each alone is ambiguous. How ambiguous is set
/// by the constants <c>ImageSpread</c> and <c>TextOverlap</c> of each data set.
/// </remarks>
internal static class DemoWorld
{
    /// <summary>Draws a data set, row by row; images are drawn when asked for, so memory stays flat.</summary>
    /// <param name="dataset">Which one.</param>
    /// <param name="options">How many rows, how varied, which draw.</param>
    /// <param name="streams">The run's random streams.</param>
    /// <returns>The rows, in an order that tells nothing about labels.</returns>
    /// <exception cref="InputException">An option is out of range.</exception>
    public static IEnumerable<DemoSample> Draw(DemoDataset dataset, DemoOptions options, RandomStreams streams)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(streams);
        options.Validate();
        var own = streams.Derive($"{options.Draw}/{dataset.Text()}");
        return dataset switch
        {
            DemoDataset.Dermatoscopy => DermatoscopyDataset.Draw(options, own),
            DemoDataset.Fundus => FundusDataset.Draw(options, own),
            DemoDataset.Satellite => SatelliteDataset.Draw(options, own),
            DemoDataset.General => GeneralDataset.Draw(options, own),
            _ => throw new ArgumentOutOfRangeException(nameof(dataset), dataset, "Not a demo data set."),
        };
    }
}
