using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EmbedKit.Runtime;

/// <summary>
/// Keeps ONNX Runtime from phoning home. Its official packages write a device id and a queue of events (names of model files, errors, paths of
/// programs) into the user's cache folder and send them to Microsoft, unless the environment says otherwise before its first use.
/// </summary>
/// <remarks><c>OrtEnv.DisableTelemetryEvents</c> comes too late: the id is written and the host looked up when the environment is created.</remarks>
public static partial class OnnxRuntimeTelemetry
{
    /// <summary>The variable of the environment that ONNX Runtime asks.</summary>
    public const string Variable = "ORT_DISABLE_TELEMETRY";

    /// <summary>Sets <see cref="Variable"/> for this process and those it starts; called when the library is first used, and safe to call
    /// again.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "It must be set before anybody creates an ONNX Runtime session.")]
    public static void Disable()
    {
        Environment.SetEnvironmentVariable(Variable, "1");
        if (!OperatingSystem.IsWindows())
        {
            // .NET keeps a copy of the environment on Unix, which native code does not see.
            _ = SetNative(Variable, "1", 1);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNative(string name, string value, int overwrite);
}
