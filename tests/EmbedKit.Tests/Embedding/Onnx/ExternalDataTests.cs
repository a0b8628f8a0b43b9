using CsCheck;
using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Models;
using EmbedKit.Embedding.Onnx;
using EmbedKit.Embedding.Onnx.Format;
using EmbedKit.Runtime;
using Google.Protobuf;

namespace EmbedKit.Tests.Embedding.Onnx;

/// <summary>Tensors in other files are read from inside the model folder only, and checked before the runtime opens anything.</summary>
public sealed class ExternalDataTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Model => Path.Combine(_root, "model");

    private string Onnx => Path.Combine(Model, "onnx", "model.onnx");

    [Theory]
    [InlineData("model.onnx_data", "8", "48")]
    [InlineData("./model.onnx_data", "8", "48")]
    [InlineData("parts/weights.bin", "8", null)]
    public void Data_beside_the_model_is_read(string location, string offset, string? length)
    {
        ExternalModel.Write(Model, location, offset, length);
        Assert.Equal([Path.GetFullPath(Path.Combine(Model, "onnx", location))], ExternalData.Check(Model, Onnx));
        using var encoder = new OnnxImageEncoder(ModelFolder.Open(Model));
        var pixels = Enumerable.Range(0, 48).Select(i => i / 8f).ToArray();
        Assert.Equal(pixels.Zip(ExternalModel.Weights, (p, w) => p + w), encoder.Encode(pixels, 1).Values);
    }

    [Fact]
    public void A_model_of_one_file_has_no_data() =>
        Assert.Empty(ExternalData.Check(_root, Path.Combine(TinyModels.WriteDino(_root), "model.onnx")));

    [Theory]
    [InlineData("../../secret")]
    [InlineData("../outside.bin")]
    [InlineData("a/../../../secret")]
    [InlineData("..\\..\\secret")]
    [InlineData("{root}/secret")]
    [InlineData("C:\\secret")]
    public void A_path_that_leads_out_of_the_folder_is_refused(string location)
    {
        ExternalModel.WriteData(Path.Combine(_root, "secret"));
        ExternalModel.Write(Model, location.Replace("{root}", _root, StringComparison.Ordinal));
        AssertError("of tensor 'bias' leads out of the folder; expected a file inside it");
    }

    [Theory]
    [InlineData("link.bin", "{root}/secret")]
    [InlineData("link.bin", "../../secret")]
    [InlineData("folder/secret", "{root}")]
    [InlineData("folder/secret", "../..")]
    [InlineData("link.bin", "hop/../secret")] // to the system the folder above what 'hop' links to, not the folder that holds it
    public void A_link_that_leads_out_of_the_folder_is_refused(string location, string target)
    {
        ExternalModel.WriteData(Path.Combine(_root, "secret"));
        ExternalModel.Write(Model, location);
        var onnx = Path.Combine(Model, "onnx");
        Directory.CreateDirectory(Path.Combine(_root, "deep"));
        ExternalModel.WriteData(Path.Combine(onnx, "secret"));
        File.CreateSymbolicLink(Path.Combine(onnx, "hop"), Path.Combine(_root, "deep"));
        var link = Path.Combine(onnx, location.Split('/')[0]);
        if (Directory.Exists(link))
        {
            Directory.Delete(link, recursive: true);
        }

        File.Delete(link);
        File.CreateSymbolicLink(link, target.Replace("{root}", _root, StringComparison.Ordinal));
        AssertError("is a link that leads out of the model folder");
    }

    [Fact]
    public void Links_inside_the_folder_and_to_the_folder_are_followed()
    {
        ExternalModel.Write(Model, "link.bin");
        Directory.CreateDirectory(Path.Combine(Model, "blobs"));
        File.Move(Path.Combine(Model, "onnx", "link.bin"), Path.Combine(Model, "blobs", "1"));
        File.CreateSymbolicLink(Path.Combine(Model, "onnx", "link.bin"), "../blobs/1");
        Directory.CreateSymbolicLink(Path.Combine(_root, "alias"), Model);
        Assert.Single(ExternalData.Check(Model, Onnx));
        Assert.Single(ExternalData.Check(Path.Combine(_root, "alias"), Path.Combine(_root, "alias", "onnx", "model.onnx")));
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        ExternalModel.Write(Model, "model.onnx_data");
        File.Delete(Path.Combine(Model, "onnx", "model.onnx_data"));
        AssertError("its external data 'model.onnx_data' is not there; expected");
    }

    [Theory]
    [InlineData("8", "49", "lies at bytes 8 to 57 of 'model.onnx_data', which has 56")]
    [InlineData("57", "0", "lies at bytes 57 to 57")]
    [InlineData("9223372036854775807", "9223372036854775807", "lies at bytes 9223372036854775807 to 18446744073709551614")]
    [InlineData("-8", "48", "offset '-8'; expected a number of bytes")]
    [InlineData("8", "many", "length 'many'; expected a number of bytes")]
    [InlineData("0x8", "48", "offset '0x8'")]
    [InlineData("10", null, "not a model ONNX Runtime can open")]
    public void A_place_beyond_the_file_or_that_is_no_place_is_refused(string offset, string? length, string expected)
    {
        ExternalModel.Write(Model, "model.onnx_data", offset, length);
        AssertError(expected);
    }

    [Fact]
    public void A_tensor_without_a_location_is_refused()
    {
        ExternalModel.Write(Model, null);
        AssertError("tensor 'bias' has external data without a location");
    }

    [Fact]
    public void A_tensor_in_a_node_is_found_as_well()
    {
        ExternalModel.Write(Model, "../../secret", inConstant: true);
        AssertError("'../../secret' of tensor 'bias' leads out of the folder");
    }

    [Fact]
    public void A_tensor_in_a_subgraph_of_a_subgraph_is_found_as_well()
    {
        ExternalModel.Write(Model, "model.onnx_data");
        var inner = ModelProto.Parser.ParseFrom(ExternalModel.Bytes("../../secret", "8", "48")).Graph;
        File.WriteAllBytes(Onnx, new ModelProto { IrVersion = 8, Graph = Embedded(Embedded(inner)) }.ToByteArray());
        AssertError("leads out of the folder");
    }

    [Fact]
    public void A_model_of_a_gigabyte_takes_no_memory()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Onnx)!);
        const uint Gigabyte = 1 << 30;
        using (var file = File.Create(Onnx))
        {
            // graph { initializer { raw_data: a gigabyte of nothing } }, a sparse file.
            file.WriteByte((7 << 3) | 2);
            ExternalModel.Varint(file, Gigabyte + 12);
            file.WriteByte((5 << 3) | 2);
            ExternalModel.Varint(file, Gigabyte + 6);
            file.WriteByte((9 << 3) | 2);
            ExternalModel.Varint(file, Gigabyte);
            file.SetLength(file.Position + Gigabyte);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Empty(ExternalData.Check(Model, Onnx));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Any_damage_gives_an_answer_or_one_line()
    {
        ExternalModel.Write(Model, "model.onnx_data");
        var whole = File.ReadAllBytes(Onnx);
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte, Gen.Int[1, whole.Length]).Sample(
            (at, value, length) =>
            {
                var damaged = whole[..length];
                damaged[Math.Min(at, length - 1)] = value;
                File.WriteAllBytes(Onnx, damaged);
                try
                {
                    Assert.InRange(ExternalData.Check(Model, Onnx).Count, 0, 1);
                }
                catch (InputException error)
                {
                    Assert.Contains("expected", error.Message, StringComparison.Ordinal);
                }
            },
            iter: 2000,
            threads: 1);
    }

    private static GraphProto Embedded(GraphProto graph)
    {
        var node = new NodeProto { OpType = "If" };
        node.Attribute.Add(new AttributeProto { Name = "then_branch", G = graph });
        return new() { Name = "outer", Node = { node } };
    }

    private void AssertError(string expected)
    {
        var error = Assert.Throws<InputException>(() => new OnnxImageEncoder(ModelFolder.Open(Model)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
