using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Encoders;

/// <summary>How an encoder is run. Of these only <see cref="Precision"/> and <see cref="Device"/> change numbers beyond rounding.</summary>
public sealed record EncoderOptions
{
    /// <summary>Threads of one run on the CPU, at least 1. Default 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Which of the folder's exports is opened. Default float32.</summary>
    public ModelPrecision Precision { get; init; } = ModelPrecision.Float32;

    /// <summary>Where the model runs. Default the CPU.</summary>
    public ExecutionDevice Device { get; init; } = ExecutionDevice.Cpu;

    internal void Validate()
    {
        if (Threads < 1)
        {
            throw new InputException($"threads is {Threads}; expected at least 1.");
        }

        if (!Enum.IsDefined(Precision))
        {
            throw new InputException($"precision is {(int)Precision}; expected {string.Join(", ", Enum.GetNames<ModelPrecision>())}.");
        }

        if (!Enum.IsDefined(Device))
        {
            throw new InputException($"device is {(int)Device}; expected {string.Join(", ", Enum.GetNames<ExecutionDevice>())}.");
        }
    }
}

/// <summary>Where a model runs.</summary>
public enum ExecutionDevice
{
    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>The first NVIDIA GPU, through ONNX Runtime's CUDA provider; needs a build with <c>-p:Accelerator=cuda</c>.</summary>
    Cuda,
}
