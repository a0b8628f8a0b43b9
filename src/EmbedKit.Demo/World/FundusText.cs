using System.Globalization;
using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>The two texts of an eye.</summary>
internal static class FundusText
{
    private static readonly string[][] Controls =
        [["Sugar well controlled.", "Sugar stays normal."], ["Sugar sometimes high.", "Sugar high at times."],
            ["Sugar often very high.", "Sugar very high for long."]];

    private static readonly string[][] Complaints =
    [
        ["No complaints.", "Sees well."], ["Blurred sight.", "Sight has become blurred."], ["Floating spots in sight.", "Sees floating spots."],
        ["A veil in sight.", "Sees through a veil."],
    ];

    /// <summary>Without leaks: the patient's history and how the photograph looks as a photograph; no finding of the reader. At most 45
    /// words.</summary>
    internal static string Write(FundusPatient patient, FundusEye eye, SeededRandom random)
    {
        var person = patient.Male ? "man" : "woman";
        var age = patient.Age is { } years ? $"{person}, {years} years" : $"{person} of unknown age";
        var side = eye.Right ? "Right eye" : "Left eye";
        var history = !patient.Diabetes ? "No diabetes." : random.Next(2) == 0
            ? $"Diabetes for {patient.Years} years{(patient.Insulin ? ", on insulin" : "")}."
            : $"Diabetic since {patient.Years} years{(patient.Insulin ? ", uses insulin" : ", takes tablets")}.";
        var control = patient.Diabetes ? random.Pick<string>(Controls[patient.Control]) : "";
        var others = (patient.Hypertension, patient.KidneyDisease) switch
        {
            (true, true) => "High blood pressure and weak kidneys.",
            (true, false) => "High blood pressure.",
            (false, true) => "Weak kidneys.",
            _ => "",
        };
        var tone = eye.Tone switch { < 0.33f => "pale", > 0.67f => "dark", _ => "orange" };
        var sharp = eye.Blurred ? "hazy" : "clear";
        var photo = random.Next(2) == 0 ? $"{side} of a {age}." : $"{side}, {age}.";
        var look = random.Next(2) == 0 ? $"A {sharp} {tone} picture." : $"The picture is {tone} and {sharp}.";
        return string.Join(
            ' ', new[] { photo, history, control, others, random.Pick<string>(Complaints[patient.Complaint]), look }.Where(s => s.Length > 0));
    }

    /// <summary>
    /// The template of the published BRSET preprocessing, its leak (findings graded by the reader of the label) and its slip (anatomical
    /// codes 1 = normal, 2 = abnormal, read as present and absent) included.
    /// </summary>
    internal static string WritePublished(FundusPatient patient, FundusEye eye)
    {
        var age = patient.Age is { } years ? string.Create(CultureInfo.InvariantCulture, $"{years:0.0}") : "no age reported";
        var comorbidities = Comorbidities(patient);
        var diabetes = patient.Diabetes ? string.Create(CultureInfo.InvariantCulture, $"diabetes diagnosed for {patient.Years:0.0} years")
            : "with no diabetes duration reported";
        return $"An image from the {(eye.Right ? "right" : "left")} eye of a {(patient.Male ? "male" : "female")} patient, aged {age} years, "
            + $"{(comorbidities.Length > 0 ? $"with comorbidities: {comorbidities}" : "with no comorbidities reported")}, {diabetes}, "
            + $"{(patient.Insulin ? "using" : "not using")} insulin. "
            + $"The optic disc is {Presence(!eye.LargeCup)}, vessels are {Presence(!eye.AbnormalVessels)}, and the macula is "
            + $"{Presence(!(eye.MacularEdema || eye.Drusen))}. "
            + $"Conditions include macular edema: {Presence(eye.MacularEdema)}, scar: absent, nevus: absent, amd: absent, vascular occlusion: "
            + "absent, "
            + $"drusens: {Presence(eye.Drusen)}, hemorrhage: {Presence(eye.Hemorrhage)}, retinal detachment: absent, myopic fundus: absent, "
            + $"increased cup disc ratio: {Presence(eye.LargeCup)}, and other conditions: absent.";
    }

    /// <summary>The metadata cell; empty when there is none.</summary>
    internal static string Comorbidities(FundusPatient patient) => string.Join(", ", new[]
    {
        patient.Diabetes ? "diabetes" : "", patient.Hypertension ? "hypertension" : "", patient.KidneyDisease ? "kidney disease" : "",
    }.Where(s => s.Length > 0));

    private static string Presence(bool present) => present ? "present" : "absent";
}
