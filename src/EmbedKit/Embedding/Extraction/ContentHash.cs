using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EmbedKit.Embedding.Extraction;

/// <summary>SHA-256 of a file's bytes, as a value that can be a key: files of one hash are one image. Zero where there is no file.</summary>
internal readonly record struct ContentHash(UInt128 High, UInt128 Low)
{
    internal const int Size = SHA256.HashSizeInBytes;

    internal static ContentHash Of(ReadOnlySpan<byte> content)
    {
        Span<byte> bytes = stackalloc byte[Size];
        SHA256.HashData(content, bytes);
        return Read(bytes);
    }

    internal static ContentHash Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]));

    internal void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt128BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[16..], Low);
    }

    /// <summary>
    /// One hash for the images of many rows: each row's id and content hashed together, all of them joined by exclusive or, so that the hashes
    /// of shards join to that of the whole.
    /// </summary>
    internal static string OfRows(IEnumerable<(string Id, ContentHash Content)> rows)
    {
        var all = default(ContentHash);
        foreach (var (id, content) in rows)
        {
            var bytes = new byte[Encoding.UTF8.GetByteCount(id) + 1 + Size];
            var length = Encoding.UTF8.GetBytes(id, bytes);
            content.Write(bytes.AsSpan(length + 1));
            var row = Of(bytes);
            all = new(all.High ^ row.High, all.Low ^ row.Low);
        }

        return all.ToString();
    }

    public override string ToString() => $"{High:x32}{Low:x32}";
}
