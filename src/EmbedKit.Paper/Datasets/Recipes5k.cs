using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Datasets;

/// <summary>Recipes5k (Bolaños et al. 2017): photographs of dishes with their ingredients; 101 dishes.</summary>
internal static class Recipes5k
{
    internal static readonly DatasetRecipe Recipe = new("recipes5k", "Recipes5k", Read)
    {
        Layout = "images/DISH/NAME.jpg and annotations/ with ingredients_Recipes5k.txt and, for train, val and test, SPLIT_images.txt and "
            + "SPLIT_labels.txt",
        Access = "its authors' page, www.ub.edu/cvub/recipes5k",
        Licence = "see its authors' page",
        Citation = "Bolaños, Ferrà and Radeva: Food Ingredients Recognition through Multi-label Learning. ICIAP Workshops (2017), arXiv:1707.08816.",
        Group = "row",
    };

    private static SourceRows Read(SourceFolder source)
    {
        var ingredients = source.Lines("annotations/ingredients_Recipes5k.txt");
        var rows = new List<(int Line, string Image, Split Split)>();
        foreach (var split in (Split[])[Split.Train, Split.Test, Split.Validation])
        {
            var images = source.Lines($"annotations/{split.Text()}_images.txt");
            var lines = source.Lines($"annotations/{split.Text()}_labels.txt");
            if (images.Length != lines.Length)
            {
                throw new InputException(
                    $"{split.Text()}_images.txt has {NumberText.Count(images.Length, "line")} and {split.Text()}_labels.txt {lines.Length}; "
                        + "expected one of each an image.");
            }

            for (var i = 0; i < images.Length; i++)
            {
                rows.Add(
                    (int.TryParse(lines[i], CultureInfo.InvariantCulture, out var line) && line >= 0 && line < ingredients.Length ? line
                        : throw new InputException(
                    $"{split.Text()}_labels.txt line {i + 1}: '{lines[i]}'; expected a line of ingredients_Recipes5k.txt, 0 to "
                        + $"{ingredients.Length - 1}."), images[i], split));
            }
        }

        rows.Sort((a, b) => a.Line.CompareTo(b.Line));
        string[] ids = [.. rows.Select(r => r.Image)], dishes = [.. ids.Select(id => id.Split('/')[0])];
        return new(new(["ingredients"], [[.. rows.Select(r => ingredients[r.Line])]], "annotations"), ids, ids, [("label_dish", dishes)])
        {
            ImageFolders = ["images"],
            GivenSplit = [.. rows.Select(r => r.Split)],
        };
    }
}
