using System.Buffers.Binary;
using System.Text;
using CsCheck;
using EmbedKit.Fusion;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Fusion;

public sealed class SafeTensorsTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void What_is_written_is_read()
    {
        var tensors = new Dictionary<string, SafeTensor>
        {
            ["b.weight"] = new("F32", [2, 3], [.. Enumerable.Range(0, 24).Select(i => (byte)i)]),
            ["a"] = new("I64", [], new byte[8]),
            ["none"] = new("F64", [0, 4], []),
        };

        SafeTensors.Write(_path, tensors);
        var read = SafeTensors.Read(_path);

        Assert.Equal(tensors.Keys.Order(), read.Keys.Order());
        foreach (var (name, tensor) in tensors)
        {
            Assert.Equal((tensor.DType, string.Join(',', tensor.Shape)), (read[name].DType, string.Join(',', read[name].Shape)));
            Assert.Equal(tensor.Bytes, read[name].Bytes);
        }

        Assert.Equal(0UL, BinaryPrimitives.ReadUInt64LittleEndian(File.ReadAllBytes(_path)) % 8);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "claims bytes 0 to 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 0, "of 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "claims bytes 4 to 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "4 bytes belong to no tensor")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "negative length")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}""", 4, "does not read")]
    [InlineData("""{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}""", 4, "F16")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "does not read")]
    [InlineData("""{"a":7}""", 4, "does not read")]
    [InlineData("""[]""", 0, "does not read")]
    [InlineData("""{"a":""", 0, "does not read")]
    public void A_header_that_lies_is_refused(string header, int dataBytes, string expected)
    {
        var bytes = new byte[8 + header.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)header.Length);
        Encoding.UTF8.GetBytes(header, bytes.AsSpan(8));
        File.WriteAllBytes(_path, bytes);

        Assert.Contains(expected, Assert.Throws<InputException>(() => SafeTensors.Read(_path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(100UL)]
    [InlineData(ulong.MaxValue)]
    public void A_header_length_beyond_the_file_is_refused(ulong length)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        File.WriteAllBytes(_path, bytes);

        Assert.Throws<InputException>(() => SafeTensors.Read(_path));
    }

    [Fact]
    public void Any_single_changed_byte_is_read_or_refused_but_never_crashes()
    {
        SafeTensors.Write(_path, new Dictionary<string, SafeTensor> { ["w"] = new("F32", [2], new byte[8]), ["v"] = new("F64", [1], new byte[8]) });
        var sound = File.ReadAllBytes(_path);
        Gen.Select(Gen.Int[0, sound.Length - 1], Gen.Byte).Sample(
            (at, value) =>
            {
                var bytes = (byte[])sound.Clone();
                bytes[at] = value;
                File.WriteAllBytes(_path, bytes);
                try
                {
                    return SafeTensors.Read(_path).Count <= 2;
                }
                catch (InputException)
                {
                    return true;
                }
            },
            iter: 500,
            threads: 1,
            seed: "0000KOIPe036");
    }
}
