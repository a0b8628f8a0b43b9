using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using EmbedKit.Alignment;
using EmbedKit.Data;
using EmbedKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Fusion;

/// <summary>A trained model as two files in a folder: weights as safetensors (under PyTorch's names) and all else as JSON.</summary>
public static class FusionModelFile
{
    /// <summary>Name of the weights file.</summary>
    public const string WeightsName = "model.safetensors";

    /// <summary>Name of the file with shape, label, alignment and how it was trained.</summary>
    public const string CardName = "model.json";

    private const int Format = 1;

    // What calibration may end with, and room around it: a logit divided by the least stays a number.
    private const double LeastTemperature = TemperatureScaling.Least / 1000, MostTemperature = TemperatureScaling.Most * 1000;
    private const string ShiftTensor = "shift.vector";
    private static readonly JsonSerializerOptions Style = new(JsonStyle.Indented)
    {
        AllowDuplicateProperties = false,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };

    private static string TemperatureRange => FormattableString.Invariant($"{LeastTemperature:0.#####} to {MostTemperature:0}");

    /// <summary>Writes both files.</summary>
    /// <param name="folder">Made when missing.</param>
    /// <param name="trained">The model.</param>
    /// <param name="training">How it was trained, kept for the reader; values as text.</param>
    /// <returns>The paths written.</returns>
    public static IReadOnlyList<string> Write(string folder, TrainedModel trained, IReadOnlyDictionary<string, string> training)
    {
        ArgumentNullException.ThrowIfNull(trained);
        var (model, shift) = (trained.Model, trained.Shift);
        var tensors = model.state_dict().ToDictionary(p => p.Key, p => ToSafe(p.Value));
        if (shift is not null)
        {
            tensors[ShiftTensor] = new("F64", [shift.Vector.Length], MemoryMarshal.AsBytes(shift.Vector.AsSpan()).ToArray());
        }

        if (trained.Temperature is not (>= LeastTemperature and <= MostTemperature))
        {
            throw new InputException(FormattableString.Invariant($"{folder}: temperature {trained.Temperature}; expected {TemperatureRange}."));
        }

        if (shift is { Space: { Options.Widths.Method: not WidthMethod.Interpolate } space } && space.ImageDimension != space.TextDimension)
        {
            throw new InputException(
                $"{folder}: a model whose widths were matched by {space.Options.Widths.Method} cannot be stored; expected the published "
                    + "interpolation.");
        }

        var card = new Card(
            Format, model.Options.Kind, model.Options.HiddenWidths, model.Options.ImageHiddenWidths, model.Options.Dropout, model.TextWidth,
            model.ImageWidth,
            trained.Encoding.Task, trained.Encoding.Columns, trained.Encoding.Classes, trained.ChosenEpoch, trained.EpochsRun,
            shift is null ? null
                : new(
                    shift.Options.Lambda, shift.Options.Prenormalize, shift.Options.Renormalize, shift.Space.ImageDimension,
                    shift.Space.TextDimension),
            trained.Noise is null ? null : new(trained.Noise.Sigma, trained.Noise.Seed), trained.Temperature,
            new SortedDictionary<string, string>(training.ToDictionary(), StringComparer.Ordinal));
        string[] paths = [Path.Combine(folder, WeightsName), Path.Combine(folder, CardName)];
        FileGroup.Write(paths, staged =>
        {
            SafeTensors.Write(staged[0], tensors);
            AtomicFile.WriteText(staged[1], JsonSerializer.Serialize(card, Style) + "\n");
        });
        return paths;
    }

    /// <summary>Reads a model.</summary>
    /// <param name="folder">A folder written by <see cref="Write"/>.</param>
    /// <exception cref="InputException">A file is missing or does not fit the other.</exception>
    public static TrainedModel Read(string folder)
    {
        var card = ReadCard(folder);
        var weights = Path.Combine(folder, WeightsName);
        var tensors = SafeTensors.Read(weights);
        var encoding = LabelEncoding.Restore(card.Task, card.LabelColumns, card.Classes);
        var options = new FusionOptions { Kind = card.Fusion, Hidden = card.Hidden, ImageHidden = card.ImageHidden, Dropout = card.Dropout };
        CheckSizes(options, card, encoding.OutputCount, tensors, weights);
        var model = new FusionModel(options, card.TextWidth, card.ImageWidth, encoding.OutputCount, new RandomStreams(0));
        Load(model, tensors, weights);
        model.eval();
        return new()
        {
            Model = model,
            Encoding = encoding,
            Shift = ReadShift(card.Shift, tensors, weights),
            Noise = card.Noise is null ? null : new(card.Noise.Sigma, new(card.Noise.Seed)),
            Temperature = card.Temperature ?? 1,
            ChosenEpoch = card.ChosenEpoch,
            EpochsRun = card.EpochsRun,
        };
    }

    /// <summary>Refuses a model larger than its weights before it is made.</summary>
    private static void CheckSizes(FusionOptions options, Card card, int outputs, IReadOnlyDictionary<string, SafeTensor> tensors, string path)
    {
        options.Validate();
        const int Widest = 1 << 24;
        if ((options.UsesText && card.TextWidth is < 1 or > Widest) || (options.UsesImage && card.ImageWidth is < 1 or > Widest))
        {
            throw new InputException(
                $"{path}: text {card.TextWidth} and image {card.ImageWidth} wide by {CardName}; expected 1 to {Widest} of what the model reads.");
        }

        static (decimal Weights, int Width) Branch(int inputs, IReadOnlyList<int> widths) =>
            (widths.Zip(widths.Prepend(inputs), (width, before) => (decimal)width * before).Sum(), widths.Count > 0 ? widths[^1] : inputs);
        (decimal Weights, int Width)[] branches = options.Kind == FusionKind.Early
            ? [Branch(card.TextWidth + card.ImageWidth, options.HiddenWidths)]
            : [.. options.UsesText ? [Branch(card.TextWidth, options.HiddenWidths)] : Array.Empty<(decimal, int)>(),
                .. options.UsesImage ? [Branch(card.ImageWidth, options.ImageHiddenWidths)] : Array.Empty<(decimal, int)>()];
        var described = branches.Sum(b => b.Weights + ((decimal)b.Width * outputs));
        var stored = tensors.Values.Sum(t => (decimal)t.Bytes.Length / SafeTensor.SizeOf(t.DType));
        if (described > stored)
        {
            throw new InputException($"{path}: its weights number {stored}; expected at least {described}, as {CardName} describes.");
        }
    }

    private static Card ReadCard(string folder)
    {
        var path = Path.Combine(folder, CardName);
        var bytes = RegularFile.ReadJson(path, "a model card written by `embedkit train`");
        Card card;
        try
        {
            card = JsonSerializer.Deserialize<Card>(bytes.Span, Style) ?? throw new JsonException("it is empty");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InputException(
                $"{path}: does not read as a model card ({InputException.OneLine(error.Message)}); expected a file written by `embedkit train`.",
                error);
        }

        InputException Bad(string found, string expected) => new($"{path}: {found}; expected {expected}.");
        static bool AreDistinct(IReadOnlyList<string> names) =>
            names.All(n => n is not null) && names.Distinct(StringComparer.Ordinal).Count() == names.Count;
        return card.Format != Format ? throw Bad($"format {card.Format}", $"format {Format}")
            : card.Classes is not { Count: > 1 } ? throw Bad(NumberText.Count(card.Classes?.Count ?? 0, "class", "classes"), "at least two")
            : card.LabelColumns is not { Count: > 0 } ? throw Bad("no label column", "one a label")
            : card.Training is null || card.Training.Any(t => t.Value is null) ? throw Bad(
                "'training' is missing, or holds null", "an object of names and texts, which may be empty")
            : !AreDistinct(card.Classes) || !AreDistinct(card.LabelColumns)
            ? throw Bad("a class or a label column stands there twice, or is null", "distinct names")
            : card.Task switch
            {
                TaskKind.Binary => card.Classes.Count != 2 || card.LabelColumns.Count != 1,
                TaskKind.Multiclass => card.LabelColumns.Count != 1,
                _ => card.Classes.Count != card.LabelColumns.Count,
            } ? throw Bad($"{NumberText.Count(card.LabelColumns.Count, "label column")} and "
                + $"{NumberText.Count(card.Classes.Count, "class", "classes")} for a {card.Task} label", "numbers that agree")
            : card.Temperature is not (null or (>= LeastTemperature and <= MostTemperature))
                ? throw Bad(FormattableString.Invariant($"temperature {card.Temperature}"), TemperatureRange)
            : card.Noise is { Sigma: not (>= 0 and < double.PositiveInfinity) } ? throw Bad($"sigma {card.Noise.Sigma}", "0 or a positive number")
            : card.Shift is { ImageWidth: < 1 } or { TextWidth: < 1 } ? throw Bad("a shift of no width", "widths of at least 1")
            : card;
    }

    private static FittedShift? ReadShift(ShiftCard? card, IReadOnlyDictionary<string, SafeTensor> tensors, string path)
    {
        if (card is null)
        {
            return null;
        }

        var width = Math.Max(card.ImageWidth, card.TextWidth);
        return tensors.TryGetValue(ShiftTensor, out var tensor) && tensor.DType == "F64" && tensor.Shape.SequenceEqual([width])
            && !MemoryMarshal.Cast<byte, double>(tensor.Bytes).ContainsAnyExceptInRange(double.MinValue, double.MaxValue)
            ? new(
                MemoryMarshal.Cast<byte, double>(tensor.Bytes).ToArray(),
                new() { Lambda = card.Lambda, Prenormalize = card.Prenormalize, Renormalize = card.Renormalize }, card.ImageWidth, card.TextWidth)
            : throw new InputException(
                $"{path}: no tensor {ShiftTensor} of {width} finite F64 values; expected one, since {CardName} names an alignment.");
    }

    private static void Load(FusionModel model, IReadOnlyDictionary<string, SafeTensor> tensors, string path)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        foreach (var (name, parameter) in model.state_dict())
        {
            if (!tensors.TryGetValue(name, out var tensor) || tensor.DType != Name(parameter.dtype) || !tensor.Shape.SequenceEqual(parameter.shape))
            {
                throw new InputException(
                    $"{path}: no tensor '{name}' of {Name(parameter.dtype)}[{string.Join(',', parameter.shape)}]; expected the weights that "
                        + $"{CardName} describes.");
            }

            if (!IsSound(name, tensor))
            {
                throw new InputException(
                    $"{path}: tensor '{name}' holds a value that is not finite, or a negative variance; expected numbers that a training ends with.");
            }

            parameter.bytes = tensor.Bytes;
        }
    }

    private static bool IsSound(string name, SafeTensor tensor)
    {
        var values = tensor.DType == "F32" ? MemoryMarshal.Cast<byte, float>(tensor.Bytes) : [];
        return !values.ContainsAnyExceptInRange(name.EndsWith("running_var", StringComparison.Ordinal) ? 0 : float.MinValue, float.MaxValue);
    }

    private static SafeTensor ToSafe(Tensor tensor)
    {
        using var dense = tensor.detach().contiguous();
        return new(Name(dense.dtype), [.. dense.shape], dense.bytes.ToArray());
    }

    private static string Name(ScalarType dtype) => dtype switch
    {
        ScalarType.Float32 => "F32",
        ScalarType.Float64 => "F64",
        _ => "I64",
    };

    private sealed record ShiftCard(double Lambda, bool Prenormalize, bool Renormalize, int ImageWidth, int TextWidth);

    private sealed record NoiseCard(double Sigma, long Seed);

    private sealed record Card(
        int Format, FusionKind Fusion, IReadOnlyList<int> Hidden, IReadOnlyList<int> ImageHidden, double Dropout, int TextWidth, int ImageWidth,
        TaskKind Task, IReadOnlyList<string> LabelColumns, IReadOnlyList<string> Classes, int ChosenEpoch, int EpochsRun, ShiftCard? Shift,
        NoiseCard? Noise, double? Temperature,
        IReadOnlyDictionary<string, string> Training);
}
