using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Microsoft.Win32.SafeHandles;
using TorchSharp;

namespace EmbedKit.Runtime;

/// <summary>
/// Lets TorchSharp's native library load on hosts whose C++ runtime is older than the one it was linked with (see
/// <see cref="GlibcxxVersionPatch"/>), from the one place where the package put it.
/// </summary>
/// <remarks>
/// Works at run time rather than in the build, so that build output, tests, the tool, the package and notebooks all get it. The library
/// next to the application is never written to, and no other file either: a patched copy (2.4 MB) lives in the process's memory, so that
/// a home or temporary folder that is missing, read-only or forbids programs is no hindrance.
/// A host that can load the original never gets here, because the handler only runs after the ordinary search has failed.
/// </remarks>
public static partial class TorchSharpLoader
{
    private const string LibraryName = "LibTorchSharp";
    private static readonly Lock Gate = new();
    private static bool _registered;
    private static nint _handle;

    /// <summary>Registers the fallback once; called when the library is first used, and safe to call again.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "TorchSharp may be touched before any method of this library could register the fallback.")]
    public static void Register()
    {
        lock (Gate)
        {
            if (_registered || !OperatingSystem.IsLinux())
            {
                return;
            }

            var context = AssemblyLoadContext.GetLoadContext(typeof(TorchSharpLoader).Assembly) ?? AssemblyLoadContext.Default;
            context.ResolvingUnmanagedDll += (_, name) => name == LibraryName ? Load() : 0;
            _registered = true;
        }
    }

    private static nint Load()
    {
        lock (Gate)
        {
            if (_handle == 0 && FindLibrary("lib" + LibraryName + ".so") is { } original)
            {
                // The copy lives elsewhere, so its $ORIGIN no longer finds libtorch: load that first, by path; sonames then match.
                foreach (var dependency in (string[])["libc10.so", "libtorch_cpu.so", "libtorch.so"])
                {
                    if (FindLibrary(dependency) is { } path)
                    {
                        NativeLibrary.TryLoad(path, out _);
                    }
                }

                _handle = LoadPatched(original);
            }

            return _handle;
        }
    }

    private static nint LoadPatched(string original)
    {
        var bytes = File.ReadAllBytes(original);
        GlibcxxVersionPatch.Apply(bytes);
        using var memory = new SafeFileHandle(CreateMemoryFile(Path.GetFileName(original), CloseOnExec), ownsHandle: true);
        if (memory.IsInvalid)
        {
            return 0;
        }

        RandomAccess.Write(memory, bytes, 0);
        NativeLibrary.TryLoad($"/proc/self/fd/{memory.DangerousGetHandle()}", out var handle);
        return handle;
    }

    private const uint CloseOnExec = 1;

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMemoryFile(string name, uint flags);

    private static string? FindLibrary(string file)
    {
        var torch = Path.GetDirectoryName(typeof(torch).Assembly.Location) is { Length: > 0 } folder ? folder : AppContext.BaseDirectory;
        var searched = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(
            Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string[] layouts =
            [torch, Path.Combine(torch, "runtimes", "linux-x64", "native"), Path.Combine(torch, "..", "..", "runtimes", "linux-x64", "native")];
        return searched.Concat(layouts).Concat(PackageFolders(torch)).Select(f => Path.Combine(f, file)).FirstOrDefault(File.Exists);
    }

    /// <summary>When TorchSharp.dll was loaded straight from a NuGet cache, libtorch lies in sibling packages.</summary>
    private static IEnumerable<string> PackageFolders(string torch)
    {
        var packages = Path.GetFullPath(Path.Combine(torch, "..", "..", "..", ".."));
        return Directory.Exists(Path.Combine(packages, "torchsharp"))
            ? Directory.EnumerateDirectories(packages, "libtorch-c*").SelectMany(Directory.EnumerateDirectories)
                .Select(version => Path.Combine(version, "runtimes", "linux-x64", "native")).Where(Directory.Exists)
            : [];
    }
}
