using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EmbedKit.Embedding.Extraction;

/// <summary>
/// A block on disk: a magic, the run's fingerprint, first row, rows, both widths; a hash and a byte of flags for each row; the image and
/// text vectors; why rows were skipped; SHA-256 of all that. Little-endian.
/// </summary>
internal static class BlockFile
{
    private const int HeaderLength = 8 + ContentHash.Size + (4 * sizeof(int));
    private const byte Skipped = 1;
    private const byte Truncated = 2;
    private static ReadOnlySpan<byte> Magic => "EKBLOCK1"u8;

    /// <summary>Where the image or text vector of a row begins.</summary>
    private static long Offset(ExtractionBlock block, bool image, int index) =>
        HeaderLength + ((ContentHash.Size + 1L) * block.Count)
        + (sizeof(float) * (image ? (long)index * block.Image.Dimension
            : ((long)block.Count * block.Image.Dimension) + ((long)index * block.Text.Dimension)));

    internal static void Write(Stream stream, ExtractionBlock block, ContentHash fingerprint)
    {
        using var sum = SHA256.Create();
        using (var hashed = new CryptoStream(stream, sum, CryptoStreamMode.Write, leaveOpen: true))
        using (var writer = new BinaryWriter(hashed, Encoding.UTF8))
        {
            Span<byte> hash = stackalloc byte[ContentHash.Size];
            writer.Write(Magic);
            fingerprint.Write(hash);
            writer.Write(hash);
            foreach (var number in (int[])[block.First, block.Count, block.Image.Dimension, block.Text.Dimension])
            {
                writer.Write(number);
            }

            for (var i = 0; i < block.Count; i++)
            {
                block.Hashes[i].Write(hash);
                writer.Write(hash);
                writer.Write((byte)((block.Reasons[i] is null ? 0 : Skipped) | (block.Truncated[i] ? Truncated : 0)));
            }

            writer.Write(MemoryMarshal.AsBytes(block.Image.Values));
            writer.Write(MemoryMarshal.AsBytes(block.Text.Values));
            foreach (var reason in block.Reasons.OfType<string>())
            {
                writer.Write(reason);
            }
        }

        stream.Write(sum.Hash);
    }

    /// <summary>Reads a block without its vectors' values, or gives null when the file is not the block that this run wrote there.</summary>
    internal static ExtractionBlock? Read(string path, (int First, int Count) rows, ContentHash fingerprint)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < HeaderLength + SHA256.HashSizeInBytes
            || !SHA256.HashData(bytes.AsSpan(..^SHA256.HashSizeInBytes)).AsSpan().SequenceEqual(bytes.AsSpan(^SHA256.HashSizeInBytes..)))
        {
            return null;
        }

        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        if (!reader.ReadBytes(Magic.Length).AsSpan().SequenceEqual(Magic) || ContentHash.Read(reader.ReadBytes(ContentHash.Size)) != fingerprint
            || reader.ReadInt32() != rows.First || reader.ReadInt32() != rows.Count)
        {
            return null;
        }

        var block = new ExtractionBlock(rows.First, rows.Count);
        block.Image.Dimension = reader.ReadInt32();
        block.Text.Dimension = reader.ReadInt32();
        for (var i = 0; i < block.Count; i++)
        {
            block.Hashes[i] = ContentHash.Read(reader.ReadBytes(ContentHash.Size));
            var flags = reader.ReadByte();
            (block.Reasons[i], block.Truncated[i]) = ((flags & Skipped) != 0 ? "" : null, (flags & Truncated) != 0);
        }

        reader.BaseStream.Position = Offset(block, image: false, block.Count);
        for (var i = 0; i < block.Count; i++)
        {
            block.Reasons[i] = block.Reasons[i] is null ? null : reader.ReadString();
        }

        return block;
    }

    /// <summary>Reads vectors of consecutive rows from an open file.</summary>
    internal static void ReadVectors(SafeFileHandle file, ExtractionBlock block, bool image, int index, Span<float> values)
    {
        var bytes = MemoryMarshal.AsBytes(values);
        var offset = Offset(block, image, index);
        for (int done = 0, read; done < bytes.Length; done += read)
        {
            read = RandomAccess.Read(file, bytes[done..], offset + done);
            if (read == 0)
            {
                throw new IOException($"The block of row {block.First} ends before byte {offset + bytes.Length}.");
            }
        }
    }
}
