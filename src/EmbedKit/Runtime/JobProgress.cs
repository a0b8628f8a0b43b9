using System.Globalization;

namespace EmbedKit.Runtime;

/// <summary>How far a long job is. Rates and remaining time are the display's to compute.</summary>
/// <param name="Stage">What is being counted, e.g. <c>images</c>; empty for a remark alone.</param>
/// <param name="Done">Units finished.</param>
/// <param name="Total">Units in all; 0 when unknown.</param>
/// <param name="Note">A short remark to show once, e.g. why a file was skipped.</param>
/// <param name="Resumed">Units that an earlier run had finished, which say nothing of this one's rate.</param>
public readonly record struct JobProgress(string Stage, long Done, long Total, string? Note = null, long Resumed = 0)
{
    /// <summary>Stage, count, rate and what is left, e.g. <c>images: 40/100  8.2/s  0:07 left</c>.</summary>
    /// <param name="elapsed">Since the stage began.</param>
    public string InWords(TimeSpan elapsed)
    {
        var here = Done - Resumed;
        var rate = elapsed.TotalSeconds > 0.2 && here > 0 ? here / elapsed.TotalSeconds : 0;
        var count = Total > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Done:N0}/{Total:N0}")
            : Done.ToString("N0", CultureInfo.InvariantCulture);
        var speed = rate > 0 ? string.Create(CultureInfo.InvariantCulture, $"  {rate:0.#}/s") : "";
        var left = rate > 0 && Total > Done ? Math.Min((Total - Done) / rate, TimeSpan.FromDays(99).TotalSeconds) : 0;
        return $"{Stage}: {count}{speed}"
            + $"{(left > 0 ? string.Create(CultureInfo.InvariantCulture, $"  {(int)(left / 60)}:{(int)(left % 60):00} left") : "")}";
    }
}
