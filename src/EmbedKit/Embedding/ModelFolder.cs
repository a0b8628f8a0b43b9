using EmbedKit.Embedding.Tokenization;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding;

/// <summary>
/// A model as a folder in Hugging Face layout: <c>config.json</c>, <c>preprocessor_config.json</c>, tokenizer files, ONNX files in
/// <c>onnx/</c> or beside them. The <c>model_type</c> decides how outputs are pooled.
/// </summary>
public sealed class ModelFolder
{
    private const string FolderVariable = "EMBEDKIT_MODELS";
    private readonly ModelFamily _family;

    private ModelFolder(string path)
    {
        (Path, Name) = (path, System.IO.Path.GetFileName(path));
        using var config = ConfigJson.Read(Require("config.json", "a Hugging Face config that names the model_type"));
        var type = config.Text("model_type") ?? throw config.Error("model_type", "missing", Known);
        _family = ModelFamily.All.FirstOrDefault(f => f.ModelType == type) ?? throw config.Error("model_type", $"'{type}'", Known);
        VocabularySize = config.Count("vocab_size") ?? config.Object("text_config")?.Count("vocab_size");
    }

    /// <summary>The folder, as a full path.</summary>
    public string Path { get; }

    /// <summary>The folder's name, which names the model.</summary>
    public string Name { get; }

    /// <summary>The <c>model_type</c>.</summary>
    public string Family => _family.ModelType;

    /// <summary>Whether the model embeds images.</summary>
    public bool HasImage => _family.Image is not null;

    /// <summary>Whether the model embeds text.</summary>
    public bool HasText => _family.Text is not null;

    /// <summary>Ids the text model knows, or null where the config does not say.</summary>
    internal int? VocabularySize { get; }

    private static string Known => string.Join(", ", ModelFamily.All.Select(f => f.ModelType));

    /// <summary>Opens a model and checks its files against <c>models.lock.json</c> when there is one.</summary>
    /// <param name="nameOrFolder">A folder, or the name of one below <c>data/models</c> (see <see cref="Find"/>).</param>
    /// <exception cref="InputException">No such model; a missing, unknown or altered file.</exception>
    public static ModelFolder Open(string nameOrFolder)
    {
        var model = new ModelFolder(Find(nameOrFolder));
        _ = ModelHashes.Verify(model.Path);
        return model;
    }

    /// <summary>The folder a model's name means.</summary>
    /// <param name="nameOrFolder">
    /// A folder, taken as it is; or a name, looked up in the folder that the environment variable EMBEDKIT_MODELS names, else in
    /// <c>data/models</c> of the repository.
    /// </param>
    /// <returns>A full path.</returns>
    /// <exception cref="InputException">There is none; the message names those there are.</exception>
    public static string Find(string nameOrFolder)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrFolder);
        if (Directory.Exists(nameOrFolder))
        {
            return System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(nameOrFolder));
        }

        if (nameOrFolder.AsSpan().IndexOfAny('/', '\\') >= 0)
        {
            throw new InputException($"{nameOrFolder}: no such folder; expected a model folder with a config.json.");
        }

        var models = Catalogue();
        return models.FirstOrDefault(m => System.IO.Path.GetFileName(m) == nameOrFolder)
            ?? throw new InputException(
                $"model '{nameOrFolder}': no such folder, nor one of that name among the models ({string.Join(", ", models.Select(System.IO.Path.GetFileName))}); "
                + "expected one of them, or a folder.");
    }

    /// <summary>The folder of models that can be named without a path.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static string Root => Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } chosen ? System.IO.Path.GetFullPath(chosen) : RepositoryFolder.Find("data/models");

    /// <summary>The model folders that can be named without a path, sorted.</summary>
    /// <exception cref="InputException">There is no folder of models.</exception>
    public static IReadOnlyList<string> Catalogue()
    {
        var folder = Root;
        return Directory.Exists(folder)
            ? [.. Directory.GetDirectories(folder).Where(d => File.Exists(System.IO.Path.Combine(d, "config.json"))).Order(StringComparer.Ordinal)]
            : throw new InputException($"{FolderVariable} is {folder}: no such folder; expected a folder of model folders.");
    }

    /// <summary>Reads the tokenizer.</summary>
    /// <exception cref="InputException">Files are missing or make no sense, or its ids exceed the model's vocabulary.</exception>
    public TextTokenizer ReadTokenizer()
    {
        var tokenizer = TokenizerFolder.Read(Path);
        return VocabularySize is { } size && tokenizer.VocabularySize > size
            ? throw new InputException(
                $"{Path}: the tokenizer has {tokenizer.VocabularySize} ids, config.json says vocab_size {size}; expected a tokenizer and a model that belong together.")
            : tokenizer;
    }

    /// <summary>Checks every file that <c>models.lock.json</c> names.</summary>
    /// <returns>The relative paths checked, or null when the folder has no lock.</returns>
    /// <exception cref="InputException">A file is missing or altered.</exception>
    public IReadOnlyList<string>? Verify() => ModelHashes.Verify(Path);

    internal (string File, ModelSide Side) ImageSide(ModelPrecision precision) => Side(_family.Image, "images", f => f.Image, precision);

    internal (string File, ModelSide Side) TextSide(ModelPrecision precision) => Side(_family.Text, "text", f => f.Text, precision);

    private (string File, ModelSide Side) Side(ModelSide? side, string what, Func<ModelFamily, ModelSide?> of, ModelPrecision precision)
    {
        if (side is null)
        {
            var others = string.Join(", ", ModelFamily.All.Where(f => of(f) is not null).Select(f => f.ModelType));
            throw new InputException($"{Path}: model_type '{Family}' does not embed {what}; expected {others}.");
        }

        var names = precision.Suffixes().Select(s => System.IO.Path.GetFileNameWithoutExtension(side.File) + s + ".onnx").ToArray();
        var found = names.SelectMany(n => new[] { System.IO.Path.Combine(Path, "onnx", n), System.IO.Path.Combine(Path, n) }).FirstOrDefault(File.Exists);
        return (found ?? throw new InputException($"{Path}: no {string.Join(" or ", names)}; expected the model exported in {precision.Name()}, there or in onnx/."), side);
    }

    private string Require(string file, string expected)
    {
        var path = System.IO.Path.Combine(Path, file);
        return File.Exists(path) ? path : throw new InputException($"{Path}: no {file}; expected {expected}.");
    }
}
