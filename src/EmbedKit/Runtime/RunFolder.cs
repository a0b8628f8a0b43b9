using System.Text.Encodings.Web;
using System.Text.Json;

namespace EmbedKit.Runtime;

/// <summary>
/// Ties an output folder to one run: <c>run.json</c> holds the job's name and options. The same run may go on in it; another is refused, so
/// that results of different runs never lie mixed.
/// </summary>
public static class RunFolder
{
    /// <summary>Name of the file that says whose folder it is.</summary>
    public const string FileName = "run.json";

    private static readonly JsonSerializerOptions Style = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Takes a new or empty folder for this run, or checks that it is this run's already, and removes what a killed run left half-written.</summary>
    /// <param name="folder">The folder; created when missing.</param>
    /// <param name="job">The job, e.g. <c>data demo</c>.</param>
    /// <param name="options">What decides the results, seed included; nothing that does not (threads, progress).</param>
    /// <exception cref="InputException">The folder holds other files, or another run.</exception>
    public static void Claim(string folder, string job, IReadOnlyDictionary<string, string> options)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(options);
        var file = Path.Combine(folder, FileName);
        if (File.Exists(file))
        {
            Check(folder, Read(file), job, options);
        }
        else if (!OutputPath.IsFree(folder))
        {
            throw new InputException($"{folder}: holds files but no {FileName}; expected a new or empty folder, or one that '{job}' began. Name another --out.");
        }
        else
        {
            AtomicFile.WriteText(file, JsonSerializer.Serialize(new Content(job, options.OrderBy(o => o.Key, StringComparer.Ordinal).ToDictionary()), Style) + "\n");
        }

        Leftovers.ClearBelow(folder);
    }

    /// <summary>Gives a claimed folder back when nothing came of the run: takes <see cref="FileName"/> out where nothing lies beside it.</summary>
    /// <param name="folder">A folder from <see cref="Claim"/>.</param>
    public static void Release(string folder)
    {
        if (Directory.EnumerateFileSystemEntries(folder).Where(e => !Leftovers.IsOurs(e)).Select(Path.GetFileName).SequenceEqual([FileName]))
        {
            File.Delete(Path.Combine(folder, FileName));
        }
    }

    private static Content Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Content>(File.ReadAllBytes(file), Style) is { Job: not null, Options: not null } content
                ? content
                : throw new InputException($"{file}: no job and options in it; expected what an earlier run wrote. Name another --out.");
        }
        catch (JsonException error)
        {
            throw new InputException($"{file}: not readable as JSON ({error.Message}); expected what an earlier run wrote. Name another --out.", error);
        }
    }

    private static void Check(string folder, Content there, string job, IReadOnlyDictionary<string, string> options)
    {
        if (there.Job != job)
        {
            throw new InputException($"{folder}: holds a run of '{there.Job}'; expected one of '{job}'. Name another --out.");
        }

        var different = options.Keys.Union(there.Options.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .FirstOrDefault(name => options.GetValueOrDefault(name) != there.Options.GetValueOrDefault(name));
        if (different is not null)
        {
            throw new InputException(
                $"{folder}: holds a run with {different} {there.Options.GetValueOrDefault(different) ?? "unset"}, not {options.GetValueOrDefault(different) ?? "unset"}; "
                + "expected the same options to go on. Name another --out.");
        }
    }

    private sealed record Content(string Job, IReadOnlyDictionary<string, string> Options);
}
