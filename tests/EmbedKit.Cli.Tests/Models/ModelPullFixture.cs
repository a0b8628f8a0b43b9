using System.Security.Cryptography;
using EmbedKit.Cli.Models;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;
using EmbedKit.Tests.Runtime;

namespace EmbedKit.Cli.Tests.Models;

/// <summary>A model on a hub of this process, and a folder to pull it into.</summary>
public abstract class ModelPullFixture : IDisposable
{
    protected const string Vision = "onnx/vision_model.onnx";
    protected static readonly string[] Needed =
        ["preprocessor_config.json", "config.json", "onnx/text_model.onnx", Vision, "onnx/vision_model.onnx_data"];
    private readonly TemporaryFolder _temporary = new();

    private protected LocalHub Hub { get; } = new();

    private protected InstantTime Time { get; } = new();

    protected string Folder => _temporary["model"];

    public void Dispose()
    {
        Hub.Dispose();
        _temporary.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected async Task<PullResult> Pull(
        Func<HubOptions, HubOptions>? change = null,
        ModelPrecision precision = ModelPrecision.Float32,
        Func<string, Stream>? openPart = null,
        long free = long.MaxValue,
        IProgress<JobProgress>? progress = null,
        CancellationToken? cancellation = null)
    {
        var options = new HubOptions { Address = Hub.Address, Retry = new() { Attempts = 3, Clock = Time } };
        using var client = new HubClient(change?.Invoke(options) ?? options);
        var pull = new ModelPull(client, progress) { FreeBytes = _ => free };
        pull = openPart is null ? pull : new(client, progress) { FreeBytes = _ => free, OpenPart = openPart };
        return await pull.RunAsync(LocalHub.Repository, "main", precision, Folder, cancellation ?? TestContext.Current.CancellationToken);
    }

    /// <summary>Every needed file as the hub has it, the lock's hashes theirs, and nothing half-fetched left.</summary>
    protected void AssertWhole()
    {
        foreach (var path in Needed)
        {
            Assert.Equal(Hub.Files[path], File.ReadAllBytes(Path.Combine(Folder, path)));
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Hub.Files[path])), ModelLock.ReadFiles(Folder)![path]);
        }

        Assert.Empty(Directory.GetFiles(Folder, "*.part*", SearchOption.AllDirectories));
    }
}
