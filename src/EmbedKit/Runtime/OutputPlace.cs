namespace EmbedKit.Runtime;

/// <summary>A place that a job writes to.</summary>
/// <param name="Path">The path, as the user spelled it.</param>
/// <param name="IsFolder">Whether it is a folder with all that comes to lie in it, or one file.</param>
public sealed record OutputPlace(string Path, bool IsFolder = false);
