namespace EmbedKit.Data;

/// <summary>What a label asks of a classifier.</summary>
public enum TaskKind
{
    /// <summary>One of two classes; one output.</summary>
    Binary,

    /// <summary>One of three or more classes; one output a class.</summary>
    Multiclass,

    /// <summary>Any subset of two or more labels; one output a label.</summary>
    Multilabel,
}
