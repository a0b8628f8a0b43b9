namespace EmbedKit.Protocols.Audit;

/// <summary>Why words of a text count as a leak; the gravest first.</summary>
internal enum TextRule
{
    /// <summary>They stand where the class stands and nowhere else.</summary>
    Repeats,

    /// <summary>Where they stand the class is decided, as no measurement decides it.</summary>
    Decides,

    /// <summary>They are the name of the class.</summary>
    Names,

    /// <summary>They tell a field that is known to be recorded with the label.</summary>
    Recorded,
}
