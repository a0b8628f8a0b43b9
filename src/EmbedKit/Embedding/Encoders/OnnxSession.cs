using EmbedKit.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace EmbedKit.Embedding.Encoders;

/// <summary>How ONNX Runtime is set up: threads, device, quiet.</summary>
internal static class OnnxSession
{
    /// <summary>Session options; the caller disposes them.</summary>
    /// <exception cref="InputException">The device is not there.</exception>
    internal static SessionOptions Options(EncoderOptions options)
    {
        var session = new SessionOptions
        {
            IntraOpNumThreads = options.Threads,
            InterOpNumThreads = 1,

            // A plan for each shape keeps a block of memory for each shape: with batches of 1 and 8 a ViT-B/14 takes 120 MiB more, and no less time.
            EnableMemoryPattern = false,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, // what fails comes back as an exception
        };

        if (ByteProducts.MaySaturate)
        {
            session.AddSessionConfigEntry(ByteProducts.ExactOption, "1");
        }

        if (options.Device == ExecutionDevice.Cuda)
        {
            try
            {
                AppendCuda(session);
            }
            catch (InputException)
            {
                session.Dispose();
                throw;
            }
        }

        return session;
    }

    private static void AppendCuda(SessionOptions session)
    {
        if (!OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider"))
        {
            throw new InputException(
                "device cuda: this build has no CUDA provider; expected one built with -p:Accelerator=cuda (EMBEDKIT_ACCELERATOR=cuda ./embedkit "
                    + "…), or run with device cpu.");
        }

        try
        {
            session.AppendExecutionProvider_CUDA();
        }
        catch (OnnxRuntimeException error)
        {
            throw new InputException(
                $"device cuda: the GPU cannot be used ({error.Message.ReplaceLineEndings(" ")}); expected an NVIDIA GPU with a driver for CUDA 12. "
                    + "Or run with device cpu.", error);
        }
    }
}
