using System.Security.Cryptography;
using System.Text;
using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Models;
using EmbedKit.Tests.Embedding.Onnx;

namespace EmbedKit.Tests.Embedding.Models;

public sealed class ModelHashesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_hash_of_a_model_of_one_file_is_that_of_the_file()
    {
        using var encoder = new OnnxImageEncoder(ModelFolder.Open(TinyModels.WriteDino(_folder)));
        Assert.Equal(Sha256(File.ReadAllBytes(Path.Combine(_folder, "model.onnx"))), encoder.ModelHash);
    }

    [Fact]
    public void The_hash_of_a_model_with_external_data_covers_the_data()
    {
        ExternalModel.Write(_folder, "model.onnx_data");
        var (model, data) = (Path.Combine(_folder, "onnx", "model.onnx"), Path.Combine(_folder, "onnx", "model.onnx_data"));
        var list = $"{Sha256(File.ReadAllBytes(model))}  onnx/model.onnx\n{Sha256(File.ReadAllBytes(data))}  onnx/model.onnx_data\n";
        Assert.Equal(Sha256(Encoding.UTF8.GetBytes(list)), Open());
        var before = Open();
        var bytes = File.ReadAllBytes(data);
        bytes[^1] ^= 1;
        File.WriteAllBytes(data, bytes);
        Assert.NotEqual(before, Open());
    }

    [Fact]
    public void A_large_file_is_read_again_only_when_its_size_or_time_changes()
    {
        var path = Path.Combine(_folder, "large");
        File.WriteAllBytes(path, new byte[1 << 24]);
        var (hash, changed) = (ModelHashes.Of(path), File.GetLastWriteTimeUtc(path));
        Assert.Equal(Sha256(new byte[1 << 24]), hash);
        var other = new byte[1 << 24];
        other[5] = 1;
        File.WriteAllBytes(path, other);
        File.SetLastWriteTimeUtc(path, changed);
        Assert.Equal(hash, ModelHashes.Of(path));
        File.SetLastWriteTimeUtc(path, changed.AddSeconds(1));
        Assert.Equal(Sha256(other), ModelHashes.Of(path));
    }

    private string Open()
    {
        using var encoder = new OnnxImageEncoder(ModelFolder.Open(_folder));
        return encoder.ModelHash;
    }

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
