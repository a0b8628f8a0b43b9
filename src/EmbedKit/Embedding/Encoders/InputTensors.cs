using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EmbedKit.Embedding.Encoders;

/// <summary>The inputs of one run, each in the element type the model asks for; owns their native memory.</summary>
internal sealed class InputTensors : IDisposable
{
    private readonly Dictionary<string, OrtValue> _values = [];

    internal IReadOnlyDictionary<string, OrtValue> Values => _values;

    /// <summary>Adds ids, masks or positions.</summary>
    internal void Add(string name, TensorElementType element, long[] values, params long[] shape) =>
        _values[name] = element == TensorElementType.Int32
        ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, v => (int)v), shape)
        : OrtValue.CreateTensorValueFromMemory(values, shape);

    /// <summary>Adds pixels.</summary>
    internal void Add(string name, TensorElementType element, Memory<float> values, params long[] shape) =>
        _values[name] = element == TensorElementType.Float16
        ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values.ToArray(), v => (Float16)v), shape)
        : OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, values, shape);

    /// <summary>Adds a tensor of zeros (or ones, for whole numbers), of any type and possibly empty.</summary>
    internal void AddConstant(string name, TensorElementType element, bool ones, params long[] shape)
    {
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, element, shape);
        _values[name] = value;
        if (ones && element == TensorElementType.Int64)
        {
            value.GetTensorMutableDataAsSpan<long>().Fill(1);
        }
        else if (ones)
        {
            value.GetTensorMutableDataAsSpan<int>().Fill(1);
        }
        else if (!shape.Contains(0))
        {
            value.GetTensorMutableRawData().Clear();
        }
    }

    public void Dispose()
    {
        foreach (var value in _values.Values)
        {
            value.Dispose();
        }
    }
}
