using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Models;

/// <summary>
/// A model as a folder in Hugging Face layout: <c>config.json</c> (or <c>open_clip_config.json</c>), <c>preprocessor_config.json</c>,
/// tokenizer files, ONNX files in <c>onnx/</c> or beside them. The <c>model_type</c> decides how outputs are pooled, unless an
/// <c>embedkit.json</c> in the folder says otherwise.
/// </summary>
public sealed class ModelFolder
{
    private const string FolderVariable = "EMBEDKIT_MODELS";
    private readonly ModelFamily _family;

    private ModelFolder(string path)
    {
        (Path, Name, Config) = (path, System.IO.Path.GetFileName(path), ModelConfig.Read(path));
        _family = ModelDescription.Apply(path, Config.ModelType, ModelFamily.All.FirstOrDefault(f => f.ModelType == Config.ModelType))
            ?? throw Unknown();
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

    /// <summary>What the config says.</summary>
    internal ModelConfig Config { get; }

    /// <summary>Opens a model and checks its files against <c>models.lock.json</c> when there is one.</summary>
    /// <param name="nameOrFolder">A folder, or the name of one below <c>data/models</c> (see <see cref="Find"/>).</param>
    /// <exception cref="InputException">No such model; a missing, unknown or altered file.</exception>
    public static ModelFolder Open(string nameOrFolder)
    {
        var model = new ModelFolder(Find(nameOrFolder));
        model.LockedFiles = ModelLock.Verify(model.Path);
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
            throw new InputException(
                $"{nameOrFolder}: {BrokenLink.Describe(nameOrFolder) ?? "no such folder"}; expected a model folder with a config.json.");
        }

        var models = Catalogue();
        return models.FirstOrDefault(m => System.IO.Path.GetFileName(m) == nameOrFolder)
            ?? throw new InputException(
                $"model '{nameOrFolder}': {BrokenLink.Describe(nameOrFolder) ?? "no such folder"}, nor one of that name among the models "
                    + $"({string.Join(", ", models.Select(System.IO.Path.GetFileName))}); "
                    + "expected one of them, or a folder.");
    }

    /// <summary>The folder of models that can be named without a path.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static string Root =>
        Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } chosen ? System.IO.Path.GetFullPath(chosen)
            : RepositoryFolder.Find("data/models");

    /// <summary>The model folders that can be named without a path, sorted.</summary>
    /// <exception cref="InputException">There is no folder of models.</exception>
    public static IReadOnlyList<string> Catalogue()
    {
        var folder = Root;
        return Directory.Exists(folder)
            ? [.. Directory.GetDirectories(folder).Where(d => Configs.Any(c => File.Exists(System.IO.Path.Combine(d, c))))
                .Order(StringComparer.Ordinal)]
            : throw new InputException(
                $"{FolderVariable} is {folder}: {BrokenLink.Describe(folder) ?? "no such folder"}; expected a folder of model folders.");
    }

    /// <summary>The relative paths of the files that <c>models.lock.json</c> names, each checked when the folder was opened; null without a
    /// lock.</summary>
    public IReadOnlyList<string>? LockedFiles { get; private set; }

    /// <summary>The exports of one side that the folder has: the first file found of each precision, as a full path.</summary>
    /// <param name="modality">The side.</param>
    /// <exception cref="InputException">The family does not embed that.</exception>
    public IReadOnlyList<(ModelPrecision Precision, string File)> Exports(EncoderSide modality) =>
        [.. Enum.GetValues<ModelPrecision>().SelectMany(p => Names(Side(modality), p).Select(Locate).OfType<string>().Take(1).Select(f => (p, f)))];

    /// <summary>How one side is read.</summary>
    /// <exception cref="InputException">The family does not embed that.</exception>
    internal ModelSide Side(EncoderSide modality)
    {
        var what = modality == EncoderSide.Image ? "images" : "text";
        return _family.Side(modality) ?? throw new InputException(
            $"{Path}: model_type '{Family}' does not embed {what}; expected "
                + $"{string.Join(", ", ModelFamily.All.Where(f => f.Side(modality) is not null).Select(f => f.ModelType))}.");
    }

    /// <summary>The ONNX file of one side in one precision, as a full path.</summary>
    /// <exception cref="InputException">There is none; the message says which precisions there are.</exception>
    internal string Export(EncoderSide modality, ModelPrecision precision)
    {
        var exports = Exports(modality);
        return exports.Where(e => e.Precision == precision).Select(e => e.File).FirstOrDefault() ?? throw new InputException(
            $"{Path}: no {string.Join(" or ", Names(Side(modality), precision))}; expected the model exported in {precision.Name()}, there or in "
                + "onnx/" + (exports.Count == 0 ? "." : $". There it is in {string.Join(", ", exports.Select(e => e.Precision.Name()))}."));
    }

    private static string[] Configs => [ModelConfig.FileName, ModelConfig.OpenClipFileName, ModelDescription.FileName];

    private static IEnumerable<string> Names(ModelSide side, ModelPrecision precision) =>
        side.Files.SelectMany(f => precision.Suffixes().Select(s => f[..^".onnx".Length] + s + ".onnx"));

    private string? Locate(string file) =>
        new[] { System.IO.Path.Combine(Path, "onnx", file), System.IO.Path.Combine(Path, file) }.FirstOrDefault(File.Exists);

    private InputException Unknown()
    {
        var known = string.Join(", ", ModelFamily.All.Select(f => f.ModelType));
        return Config.TimmArchitecture is { } timm
            ? new($"{System.IO.Path.Combine(Path, ModelConfig.FileName)}: a timm config ({timm}), which does not say what an export gives; "
                + $"expected an {ModelDescription.FileName} beside it, such as {ModelDescription.Example}, and a {ModelConfig.PreprocessorFileName}.")
            : Config.ModelType is { } type
            ? new(
                $"{System.IO.Path.Combine(Path, ModelConfig.FileName)}: 'model_type' is '{type}'; expected {known}. An {ModelDescription.FileName} "
                    + "beside it describes any other family.")
            : File.Exists(System.IO.Path.Combine(Path, ModelConfig.FileName))
            ? new($"{System.IO.Path.Combine(Path, ModelConfig.FileName)}: 'model_type' is missing; expected {known}.")
            : new($"{Path}: no config.json; expected a Hugging Face config that names the model_type, an {ModelConfig.OpenClipFileName}, "
                + $"or an {ModelDescription.FileName}.");
    }
}
