using System.Buffers.Binary;
using System.Text;

namespace EmbedKit.Runtime;

/// <summary>
/// Marks one required symbol version of a 64-bit little-endian ELF library as weak, so that a host without it still loads the library.
/// </summary>
/// <remarks>
/// <c>libLibTorchSharp.so</c> is linked with GCC 13 and asks for <c>GLIBCXX_3.4.32</c>; Debian 12 and Ubuntu 22.04 end at 3.4.30.
/// The only symbol carrying that version, <c>_ZSt21ios_base_library_initv</c>, is used by no relocation, so nothing is missing at run
/// time: only the loader's version check fails. <c>VER_FLG_WEAK</c> in the entry's <c>vna_flags</c> makes that check pass
/// (ELF gABI, section .gnu.version_r; LSB Core, "Symbol Versioning").
/// </remarks>
internal static class GlibcxxVersionPatch
{
    /// <summary>The symbol version that older hosts lack.</summary>
    public const string Version = "GLIBCXX_3.4.32";

    private const uint SectionTypeVersionNeeds = 0x6ffffffe;
    private const ushort WeakFlag = 0x2;

    /// <summary>Sets the weak flag of <see cref="Version"/> in <paramref name="library"/>, in place.</summary>
    /// <param name="library">The bytes of an ELF64 little-endian shared library.</param>
    /// <returns>True when a flag was changed; false when the version is not required or already weak.</returns>
    /// <exception cref="InvalidDataException">The bytes are not an ELF64 little-endian file.</exception>
    public static bool Apply(Span<byte> library)
    {
        if (library.Length < 64 || !library[..6].SequenceEqual((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
        {
            throw new InvalidDataException("Not an ELF64 little-endian library: expected the magic bytes 7F 45 4C 46 02 01.");
        }

        var sections = (int)BinaryPrimitives.ReadUInt64LittleEndian(library[0x28..]);
        var sectionSize = BinaryPrimitives.ReadUInt16LittleEndian(library[0x3a..]);
        var sectionCount = BinaryPrimitives.ReadUInt16LittleEndian(library[0x3c..]);
        var changed = false;
        for (var i = 0; i < sectionCount; i++)
        {
            var header = library[(sections + (i * sectionSize))..];
            if (BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) == SectionTypeVersionNeeds)
            {
                var strings = library[(sections + ((int)BinaryPrimitives.ReadUInt32LittleEndian(header[40..]) * sectionSize))..];
                var needs = (int)BinaryPrimitives.ReadUInt64LittleEndian(header[24..]);
                changed |= MarkWeak(library, needs, (int)BinaryPrimitives.ReadUInt64LittleEndian(strings[24..]));
            }
        }

        return changed;
    }

    private static bool MarkWeak(Span<byte> library, int need, int strings)
    {
        var version = Encoding.ASCII.GetBytes(Version + "\0");
        var changed = false;
        while (true)
        {
            var entry = need + (int)BinaryPrimitives.ReadUInt32LittleEndian(library[(need + 8)..]);
            var entries = BinaryPrimitives.ReadUInt16LittleEndian(library[(need + 2)..]);
            for (var i = 0; i < entries; i++)
            {
                var name = strings + (int)BinaryPrimitives.ReadUInt32LittleEndian(library[(entry + 8)..]);
                var flags = BinaryPrimitives.ReadUInt16LittleEndian(library[(entry + 4)..]);
                if ((flags & WeakFlag) == 0 && library[name..].StartsWith(version))
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(library[(entry + 4)..], (ushort)(flags | WeakFlag));
                    changed = true;
                }

                entry += (int)BinaryPrimitives.ReadUInt32LittleEndian(library[(entry + 12)..]);
            }

            var next = (int)BinaryPrimitives.ReadUInt32LittleEndian(library[(need + 12)..]);
            if (next == 0)
            {
                return changed;
            }

            need += next;
        }
    }
}
