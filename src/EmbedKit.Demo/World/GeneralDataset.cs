using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>Everyday scenes with captions: the general-domain control. Six balanced classes, everything in them far more varied than in the medical
/// sets.</summary>
internal static class GeneralDataset
{
    internal static IEnumerable<DemoSample> Draw(DemoOptions options, RandomStreams streams)
    {
        var order = streams.Create("plan").Order(options.Size);
        for (var i = 0; i < options.Size; i++)
        {
            var (kind, number) = (order[i] % GeneralScene.Classes.Length, i);
            var scene = GeneralScene.Draw(kind, streams.Create($"scene/{i}"), options.Variation);
            var view = streams.Derive($"image/{i}");
            var caption = GeneralText.Write(scene, view.Create("text"));
            yield return new(() => GeneralPainter.Paint(scene, view.Create("view"), options.Variation))
            {
                Id = $"scene_{number:D6}.jpg",
                Text = caption,
                PublishedText = caption,
                Labels = [("label_scene", GeneralScene.Classes[kind])],
                Group = $"scene_{number:D6}",
                Metadata = [("time_of_day", GeneralText.Times[(int)scene.Time][0]),
                    ("objects", string.Join(' ', scene.Objects.Select(o => o.Text())))],
            };
        }
    }
}
