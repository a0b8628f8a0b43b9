using System.Globalization;
using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>Retinas with BRSET's columns: retinopathy grades 0–4 as two and as three classes, both eyes of each patient.</summary>
internal static class FundusDataset
{
    internal static IEnumerable<DemoSample> Draw(DemoOptions options, RandomStreams streams)
    {
        var patients = (options.Size + 1) / 2;
        var grades = Grades(patients, streams.Create("plan"));
        for (var i = 0; i < options.Size; i++)
        {
            var (number, right) = (i / 2, i % 2 == 0);
            var patient = FundusPatient.Draw(grades[number], number + 1, streams.Create($"patient/{number}"));
            var eye = FundusEye.Draw(right, right ? patient.RightGrade : patient.LeftGrade, streams.Create($"eye/{i}"), options.Variation);
            var view = streams.Derive($"image/{i}");
            yield return new(() => FundusPainter.Paint(eye, patient, view.Create("view"), options.Variation))
            {
                Id = $"img{i + 1:D5}.jpg",
                Text = FundusText.Write(patient, eye, view.Create("text")),
                PublishedText = FundusText.WritePublished(patient, eye),
                Labels = [("label_dr_binary", eye.Grade > 0 ? "1" : "0"), ("label_dr_3class", eye.Grade switch { 0 => "0", 4 => "2", _ => "1" })],
                Group = patient.Id,
                Metadata = Metadata(patient, eye),
            };
        }
    }

    /// <summary>The worse eye's grade of each patient: the frequencies as exact as they go, at least one patient of each grade.</summary>
    private static int[] Grades(int patients, SeededRandom random)
    {
        var counts = FundusPatient.Frequencies.Select(f => Math.Max(1, (int)Math.Round(f * patients))).ToArray();
        counts[0] += patients - counts.Sum();
        var grades = counts.SelectMany((count, grade) => Enumerable.Repeat(grade, count)).ToArray();
        return [.. random.Order(patients).Select(i => grades[i])];
    }

    private static (string Column, string Cell)[] Metadata(FundusPatient patient, FundusEye eye) =>
    [
        ("patient_id", patient.Id),
        ("camera", patient.Nikon ? "NIKON NF5050" : "Canon CR"),
        ("patient_age", patient.Age?.ToString(CultureInfo.InvariantCulture) ?? ""),
        ("comorbidities", FundusText.Comorbidities(patient)),
        ("diabetes_time_y", patient.Diabetes ? patient.Years.ToString(CultureInfo.InvariantCulture) : ""),
        ("insuline", patient.Insulin ? "yes" : "no"),
        ("patient_sex", patient.Male ? "1" : "2"),
        ("exam_eye", eye.Right ? "1" : "2"),
        ("diabetes", patient.Diabetes ? "yes" : "no"),
        ("optic_disc", eye.LargeCup ? "2" : "1"),
        ("vessels", eye.AbnormalVessels ? "2" : "1"),
        ("macula", eye.MacularEdema || eye.Drusen ? "2" : "1"),
        ("DR_ICDR", eye.Grade.ToString(CultureInfo.InvariantCulture)),
        ("focus", eye.Blurred ? "2" : "1"),
        ("diabetic_retinopathy", eye.Grade > 0 ? "1" : "0"),
        ("macular_edema", Flag(eye.MacularEdema)),
        ("drusens", Flag(eye.Drusen)),
        ("hemorrhage", Flag(eye.Hemorrhage)),
        ("increased_cup_disc", Flag(eye.LargeCup)),
        ("quality", eye.Blurred ? "Inadequate" : "Adequate"),
    ];

    private static string Flag(bool present) => present ? "1" : "0";
}
