namespace EmbedKit.Embedding.Onnx;

/// <summary>The element types this writer uses, with their numbers in the ONNX specification.</summary>
public enum OnnxElement
{
    /// <summary>float32.</summary>
    Float = 1,

    /// <summary>int64: token ids, shapes, indices.</summary>
    Int64 = 7,

    /// <summary>Truth values.</summary>
    Bool = 9,
}

/// <summary>One dimension of an input or output: a fixed size, or a name for one known only when the model runs, e.g. <c>batch</c>.</summary>
public readonly record struct OnnxDimension
{
    private OnnxDimension(long size, string? name) => (Size, Name) = (size, name);

    /// <summary>The size; 0 for a named dimension.</summary>
    public long Size { get; }

    /// <summary>The name, or null for a fixed size.</summary>
    public string? Name { get; }

    /// <summary>A fixed size.</summary>
    /// <param name="size">At least 1.</param>
    public static OnnxDimension FromInt64(long size) => size;

    /// <summary>A size known when the model runs.</summary>
    /// <param name="name">Equal names mean equal sizes.</param>
    public static OnnxDimension FromString(string name) => name;

    /// <inheritdoc cref="FromInt64"/>
    public static implicit operator OnnxDimension(long size) => new(size, null);

    /// <inheritdoc cref="FromString"/>
    public static implicit operator OnnxDimension(string name) => new(0, name);
}
