using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Embedding.Models;

public sealed class ModelLockTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_byte_order_mark_in_front_of_lock_or_config_is_passed_over()
    {
        TinyModels.WriteDino(_folder);
        ModelLock.Write(_folder, new Dictionary<string, string> { ["model.onnx"] = ModelHashes.Of(Path.Combine(_folder, "model.onnx")) });
        foreach (var file in Directory.GetFiles(_folder, "*.json"))
        {
            File.WriteAllText(file, File.ReadAllText(file), System.Text.Encoding.UTF8);
        }

        Assert.Equal(["model.onnx"], ModelFolder.Open(_folder).LockedFiles);
    }

    [Fact]
    public void A_lock_says_where_files_came_from_and_is_checked_when_the_model_is_opened()
    {
        TinyModels.WriteDino(_folder);
        var source = new ModelSource("https://hub.example", "owner/dino", "main", new('a', 40), null);
        ModelLock.Write(_folder, new Dictionary<string, string> { ["model.onnx"] = ModelHashes.Of(Path.Combine(_folder, "model.onnx")) }, source);
        Assert.Equal(source, ModelLock.ReadSource(_folder));
        Assert.Equal(["model.onnx"], ModelFolder.Open(_folder).LockedFiles);
        File.AppendAllText(Path.Combine(_folder, "model.onnx"), "x");
        Assert.Throws<InputException>(() => ModelFolder.Open(_folder));
    }

    [Fact]
    public void A_folder_trained_here_has_no_source()
    {
        TinyModels.WriteDino(_folder);
        Assert.Null(ModelLock.ReadSource(_folder));
        ModelLock.Write(_folder);
        Assert.Null(ModelLock.ReadSource(_folder));
        Assert.Equal(["config.json", "model.onnx", "preprocessor_config.json"], ModelFolder.Open(_folder).LockedFiles);
    }

    [Fact]
    public void A_source_without_a_repository_is_an_error_that_names_the_key()
    {
        File.WriteAllText(Path.Combine(_folder, ModelLock.FileName), """{"source": {"hub": "h"}, "files": {} }""");
        Assert.Contains(
            "'repository' is missing", Assert.Throws<InputException>(() => ModelLock.ReadSource(_folder)).Message, StringComparison.Ordinal);
    }
}
