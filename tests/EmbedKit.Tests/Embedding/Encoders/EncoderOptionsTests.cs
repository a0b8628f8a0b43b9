using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Embedding.Encoders;

public sealed class EncoderOptionsTests : IDisposable
{
    private readonly string _folder = TinyModels.WriteDino(Directory.CreateTempSubdirectory().FullName);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Defaults_are_one_thread_float32_on_the_CPU() =>
        Assert.Equal(new EncoderOptions { Threads = 1, Precision = ModelPrecision.Float32, Device = ExecutionDevice.Cpu }, new());

    [Theory]
    [InlineData(ModelPrecision.Float32, "model.onnx")]
    [InlineData(ModelPrecision.Float16, "model_fp16.onnx")]
    [InlineData(ModelPrecision.Int8, "model_quantized.onnx")]
    [InlineData(ModelPrecision.Int8, "onnx/model_int8.onnx")]
    public void The_precision_chooses_the_file(ModelPrecision precision, string file)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "onnx"));
        File.Move(Path.Combine(_folder, "model.onnx"), Path.Combine(_folder, file));
        using var encoder = new OnnxImageEncoder(ModelFolder.Open(_folder), new() { Precision = precision });
        Assert.Equal((precision, file), (encoder.Precision, encoder.File));
    }

    [Fact]
    public void A_precision_that_was_not_exported_is_an_error() =>
        AssertError(
            new() { Precision = ModelPrecision.Int8 },
            "no model_quantized.onnx or model_int8.onnx; expected the model exported in int8, there or in onnx/. There it is in fp32.");

    [Fact]
    public void CUDA_asks_for_a_build_that_has_it() =>
        AssertError(
            new() { Device = ExecutionDevice.Cuda }, "device cuda: this build has no CUDA provider; expected one built with -p:Accelerator=cuda");

    [Fact]
    public void Options_out_of_range_are_errors()
    {
        AssertError(new() { Threads = 0 }, "threads is 0; expected at least 1");
        AssertError(new() { Precision = (ModelPrecision)9 }, "precision is 9; expected Float32, Float16, Int8");
        AssertError(new() { Device = (ExecutionDevice)9 }, "device is 9; expected Cpu, Cuda");
    }

    [Fact]
    public void Precisions_have_names_that_read_back()
    {
        Assert.Equal(["fp32", "fp16", "int8"], Enum.GetValues<ModelPrecision>().Select(p => p.Name()));
        Assert.Equal(Enum.GetValues<ModelPrecision>(), ModelPrecisionNames.All.Select(ModelPrecisionNames.Parse));
        Assert.Contains(
            "expected fp32, fp16, int8", Assert.Throws<InputException>(() => ModelPrecisionNames.Parse("fp64")).Message, StringComparison.Ordinal);
    }

    private void AssertError(EncoderOptions options, string expected) =>
        Assert.Contains(
            expected, Assert.Throws<InputException>(() => new OnnxImageEncoder(ModelFolder.Open(_folder), options)).Message,
            StringComparison.Ordinal);
}
