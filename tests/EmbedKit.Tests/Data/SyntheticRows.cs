using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Data;

/// <summary>Rows with the columns, codes and odd cases of real data sets. Synthetic: no row is anybody's.</summary>
internal static class SyntheticRows
{
    private static readonly string[] Findings =
        ["macular_edema", "scar", "nevus", "amd", "vascular_occlusion", "hypertensive_retinopathy", "drusens", "hemorrhage", "retinal_detachment",
            "myopic_fundus", "increased_cup_disc", "other"];

    private static T Pick<T>(this SeededRandom random, params ReadOnlySpan<T> values) => values[random.Next(values.Length)];

    internal static TextTable Of(string dataset, int rows) => dataset switch
    {
        "ham10000" => Ham10000(rows),
        "brset" => Brset(rows),
        "mbrset" => Mbrset(rows),
        _ => throw new ArgumentOutOfRangeException(nameof(dataset)),
    };

    /// <summary>Lesions of one to three images; ages that are missing, sexes and places that are unknown.</summary>
    internal static TextTable Ham10000(int rows)
    {
        var random = new SeededRandom(7);
        string[] classes = ["nv", "nv", "nv", "nv", "mel", "bkl", "bcc", "akiec", "vasc", "df"];
        var table = new Builder("HAM10000_metadata.csv");
        for (int i = 0, lesion = 0; i < rows; i += 1 + (i % 3), lesion++)
        {
            var (kind, age, sex, place) =
                (classes[lesion % classes.Length], random.Next(12) == 0 ? ""
                    : $"{5 * random.Next(1, 18)}.0", random.Pick("male", "female", "unknown"),
                    random.Pick("back", "scalp", "lower extremity", "unknown"));
            for (var image = i; image < Math.Min(rows, i + 1 + (i % 3)); image++)
            {
                table.Add(("lesion_id", $"HAM_{lesion:0000000}"), ("image_id", $"ISIC_{24000 + image:0000000}"), ("dx", kind),
                    ("dx_type", kind is "nv" ? random.Pick("follow_up", "histo") : random.Pick("histo", "consensus")), ("age", age), ("sex", sex),
                    ("localization", place), ("dataset", "vidir_modern"));
            }
        }

        return table.Table;
    }

    /// <summary>Two eyes a patient; decimal commas, the letter O for zero, "Não", missing cells.</summary>
    internal static TextTable Brset(int rows)
    {
        var random = new SeededRandom(11);
        var table = new Builder("labels_brset.csv");
        for (var i = 0; i < rows; i++)
        {
            var grade = (i / 2) % 10 switch { < 6 => 0, 6 => 1, 7 => 2, 8 => 3, _ => 4 };
            List<(string, string)> cells =
            [
                ("image_id", $"img{i + 1:00000}"), ("patient_id", $"{(i / 2) + 1}"), ("camera", random.Pick("Canon CR", "NIKON NF5050")),
                ("patient_age", random.Pick("61", "48", "7", "59,5", "", "7O")),
                ("comorbidities", random.Pick("diabetes", "", "diabetes, hypertension", "heart disease\nand others")),
                ("diabetes_time_y", random.Pick("12", "4,5", "Não", "1O", "", "0.5")), ("insuline", random.Pick("yes", "no", "")),
                ("patient_sex", random.Pick("1", "2")), ("exam_eye", i % 2 == 0 ? "1" : "2"), ("diabetes", random.Pick("yes", "no")),
                ("nationality", "Brazil"),
                ("optic_disc", random.Pick("1", "2")), ("vessels", random.Pick("1", "2")), ("macula", random.Pick("1", "2")),
                ("DR_SDRG", $"{grade}"), ("DR_ICDR", $"{grade}"), ("focus", "1"), ("Illuminaton", "1"), ("image_field", "1"),
                ("artifacts", random.Pick("1", "2")),
                ("diabetic_retinopathy", grade > 0 ? "1" : "0"),
                .. Findings.Select(f => (f, random.Next(8) == 0 ? "1" : "0")), ("quality", random.Pick("Adequate", "Inadequate")),
            ];
            table.Add([.. cells]);
        }

        return table.Table;
    }

    /// <summary>Four photographs a patient; codes with decimals, ages beyond 90 as text, grades that are missing.</summary>
    internal static TextTable Mbrset(int rows)
    {
        var random = new SeededRandom(13);
        string Code() => random.Pick("0.0", "1.0", "1.0", "0.0", "");
        var table = new Builder("labels_mbrset.csv");
        for (var i = 0; i < rows; i++)
        {
            var patient = (i / 4) + 1;
            table.Add(
                ("patient", $"{patient}"), ("age", i / 4 % 9 == 3 ? ">90" : $"{40 + (patient % 40)}"), ("sex", $"{patient % 2}"),
                ("dm_time", random.Pick("12.0", "3.0", "0.5", "")),
                ("insulin", Code()), ("insulin_time", ""), ("oraltreatment_dm", Code()), ("systemic_hypertension", Code()), ("insurance", Code()),
                ("educational_level", random.Pick("1.0", "3.0", "5.0", "7.0", "")), ("alcohol_consumption", Code()), ("smoking", Code()),
                ("obesity", Code()), ("vascular_disease", Code()),
                ("acute_myocardial_infarction", Code()), ("nephropathy", Code()), ("neuropathy", Code()), ("diabetic_foot", Code()),
                ("file", $"{patient}.{(i % 4) + 1}.jpg"), ("laterality", i % 4 < 2 ? "left" : "right"), ("final_artifacts", "no"),
                ("final_quality", random.Pick("yes", "no")),
                ("final_icdr", i % 17 == 5 ? "" : string.Create(CultureInfo.InvariantCulture, $"{(patient % 8 < 4 ? 0 : patient % 5):0.0}")),
                ("final_edema", random.Pick("yes", "no")));
        }

        return table.Table;
    }

    /// <summary>Gathers rows given as named cells.</summary>
    internal sealed class Builder(string source)
    {
        private readonly List<(string Column, string Cell)[]> _rows = [];

        internal TextTable Table =>
            new([.. _rows[0].Select(c => c.Column)], [.. _rows[0].Select((_, i) => _rows.Select(r => r[i].Cell).ToArray())], source);

        internal void Add(params (string Column, string Cell)[] cells) => _rows.Add(cells);
    }
}
