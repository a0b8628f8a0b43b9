namespace EmbedKit.Runtime;

/// <summary>How far a long job is. Rates and remaining time are the display's to compute.</summary>
/// <param name="Stage">What is being counted, e.g. <c>images</c>; empty for a remark alone.</param>
/// <param name="Done">Units finished.</param>
/// <param name="Total">Units in all; 0 when unknown.</param>
/// <param name="Note">A short remark to show once, e.g. why a file was skipped.</param>
/// <param name="Resumed">Units that an earlier run had finished, which say nothing of this one's rate.</param>
public readonly record struct JobProgress(string Stage, long Done, long Total, string? Note = null, long Resumed = 0);
