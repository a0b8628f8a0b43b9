using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Session;

/// <summary>Finds the files of a NuGet package and of what it depends on, by restoring a generated project with the .NET SDK.</summary>
internal static class PackageRestore
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Package ids that EmbedKit itself serves although no assembly carries their name.</summary>
    private static readonly string[] ServedHere =
        ["TorchSharp-cpu", "libtorch-cpu", "libtorch-cpu-linux-x64", "Plotly.NET.Interactive", "Microsoft.ML.OnnxRuntime.Managed"];

    /// <summary>Whether cells already have what the package would bring.</summary>
    internal static bool IsServedHere(string package) =>
        SessionAssemblies.IsPresent(package) || ServedHere.Contains(package, StringComparer.OrdinalIgnoreCase);

    /// <summary>Restores a package.</summary>
    /// <param name="wanted">Its name and version; without a version, the newest stable one.</param>
    /// <param name="cancellation">Stops the restore.</param>
    /// <returns>Managed assemblies to refer to, and folders of native libraries.</returns>
    /// <exception cref="CellException">The package cannot be had: no such package or version, no network, no SDK.</exception>
    internal static (IReadOnlyList<string> Assemblies, IReadOnlyList<string> NativeFolders) Restore(
        WantedPackage wanted, CancellationToken cancellation)
    {
        var project = ProjectText(wanted);
        var folder = Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create),
            "EmbedKit", "packages", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(project)))[..16]);
        var assets = Path.Combine(folder, "obj", "project.assets.json");
        if (ReadAssets(assets, wanted) is { } known)
        {
            return known;
        }

        AtomicFile.WriteText(Path.Combine(folder, "notebook.csproj"), project);
        foreach (var stop in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
        {
            AtomicFile.WriteText(Path.Combine(folder, stop), "<Project />\n");
        }

        RunRestore(wanted, folder, cancellation);
        return ReadAssets(assets, wanted)
            ?? throw new CellException("PackageError", $"{Asked(wanted)}: the restored files are not where NuGet says they are.", wanted.Line);
    }

    private static string ProjectText(WantedPackage wanted)
    {
        var package = System.Security.SecurityElement.Escape(wanted.Name);
        var version = System.Security.SecurityElement.Escape(wanted.Version ?? "*");
        return $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net{Environment.Version.Major}.0</TargetFramework>
                <RuntimeIdentifier>{RuntimeInformation.RuntimeIdentifier}</RuntimeIdentifier>
                <SelfContained>false</SelfContained>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="{package}" Version="{version}" />
              </ItemGroup>
            </Project>

            """;
    }

    private static void RunRestore(WantedPackage wanted, string folder, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet", ["restore", "--verbosity", "quiet", "notebook.csproj"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        try
        {
            using var process = Process.Start(start)!;
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            timeout.CancelAfter(Limit);
            using var kill = timeout.Token.Register(() => process.Kill(entireProcessTree: true));
            _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            cancellation.ThrowIfCancellationRequested();
            if (process.ExitCode != 0)
            {
                var reason = output.Split('\n').FirstOrDefault(l => l.Contains("error", StringComparison.Ordinal))?.Trim() ?? "it took too long";
                reason = reason[(reason.IndexOf("error", StringComparison.Ordinal) is var at and >= 0 ? at : 0)..];
                throw new CellException(
                    "PackageError",
                    $"{Asked(wanted)} could not be restored ({reason}); expected a package in the NuGet cache or a reachable package source.",
                    wanted.Line);
            }
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new CellException(
                "PackageError", $"{Asked(wanted)} needs the .NET SDK to be restored ({error.Message}); expected 'dotnet' on the PATH.", wanted.Line);
        }
    }

    private static string Asked(WantedPackage wanted) => $"#r \"nuget: {wanted.Name}{(wanted.Version is null ? "" : ", " + wanted.Version)}\"";

    /// <summary>What a restore found; null when there was none, it failed (which leaves an empty list), or its files are gone.</summary>
    private static (IReadOnlyList<string> Assemblies, IReadOnlyList<string> NativeFolders)? ReadAssets(string assets, WantedPackage wanted)
    {
        if (!File.Exists(assets))
        {
            return null;
        }

        using var json = JsonDocument.Parse(File.ReadAllBytes(assets));
        var root = json.RootElement;
        var folders = root.GetProperty("packageFolders").EnumerateObject().Select(f => f.Name).ToArray();
        var libraries = root.GetProperty("libraries");
        var target = root.GetProperty("targets").EnumerateObject().First(t => t.Name.Contains('/', StringComparison.Ordinal)).Value;
        List<string?> Files(string kind) =>
            [.. from library in target.EnumerateObject()
                where library.Value.TryGetProperty(kind, out _)
                from file in library.Value.GetProperty(kind).EnumerateObject()
                where !file.Name.EndsWith("/_._", StringComparison.Ordinal)
                let path = libraries.GetProperty(library.Name).GetProperty("path").GetString()!
                select folders.Select(f => Path.Combine(f, path, file.Name)).FirstOrDefault(File.Exists)];

        var (managed, native) = (Files("runtime"), Files("native"));
        var found = target.EnumerateObject().Any(l => l.Name.StartsWith(wanted.Name + "/", StringComparison.OrdinalIgnoreCase));
        return !found || managed.Contains(null) || native.Contains(null)
            ? null
            : ([.. managed.OfType<string>()], [.. native.OfType<string>().Select(f => Path.GetDirectoryName(f)!).Distinct()]);
    }
}
