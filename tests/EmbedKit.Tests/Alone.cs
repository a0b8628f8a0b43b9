namespace EmbedKit.Tests;

/// <summary>Tests that measure the whole process run while no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public class Alone
{
    internal const string Name = "alone";
}
