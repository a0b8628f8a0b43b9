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

    private const string Remedy = "Name another --out.";

    /// <summary>Takes a new or empty folder for this run, or checks that it is this run's already, and removes what a killed run left
    /// half-written.</summary>
    /// <param name="folder">The folder; created when missing.</param>
    /// <param name="job">The job, e.g. <c>data demo</c>.</param>
    /// <param name="run">What decides the results, seed included.</param>
    /// <exception cref="InputException">The folder holds other files, or another run.</exception>
    public static void Claim(string folder, string job, RunIdentity run)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(run);
        var file = Path.Combine(folder, FileName);
        if (File.Exists(file))
        {
            var (begun, there) = Read(file);
            if (begun != job)
            {
                throw new InputException($"{folder}: holds a run of '{begun}'; expected one of '{job}'. {Remedy}");
            }

            run.CheckSame(folder, there, Remedy);
        }
        else if (!OutputPath.IsFree(folder))
        {
            throw new InputException($"{folder}: holds files but no {FileName}; expected a new or empty folder, or one that '{job}' began. {Remedy}");
        }
        else
        {
            JsonStyle.Write(file, new { job, options = run.Values });
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

    private static (string Job, RunIdentity Run) Read(string file)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(file));
            return (json.RootElement.GetProperty("job").GetString() ?? throw new JsonException("no job"),
                RunIdentity.Parse(json.RootElement.GetProperty("options")));
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InputException(
                $"{file}: no job and options to read in it ({error.Message}); expected what an earlier run wrote. {Remedy}", error);
        }
    }
}
