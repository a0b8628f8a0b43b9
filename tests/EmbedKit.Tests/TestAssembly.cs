using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using EmbedKit.Runtime;

namespace EmbedKit.Tests;

internal static class TestAssembly
{
    /// <summary>Tests may touch TorchSharp before any type of the library.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Runs before any test.")]
    internal static void RegisterTorchSharp() => TorchSharpLoader.Register();
}
