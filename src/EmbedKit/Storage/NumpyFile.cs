using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using EmbedKit.Runtime;

namespace EmbedKit.Storage;

/// <summary>Writes NumPy's .npy files (format version 1.0), for a look at arrays from Python.</summary>
public static class NumpyFile
{
    private const int Alignment = 64;

    /// <summary>Writes float32 values in C order, atomically.</summary>
    /// <param name="path">The file.</param>
    /// <param name="values">As many as the shape has.</param>
    /// <param name="shape">The sizes, e.g. 3, H, W.</param>
    /// <exception cref="ArgumentException">The count does not match.</exception>
    public static void Write(string path, float[] values, params int[] shape)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Aggregate(1L, (a, b) => a * b) != values.LongLength)
        {
            throw new ArgumentException($"{values.LongLength} values for shape {string.Join('×', shape)}.", nameof(values));
        }

        var sizes = string.Concat(shape.Select(s => s.ToString(CultureInfo.InvariantCulture) + ", ")).TrimEnd(' ');
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({sizes}), }}";
        ReadOnlySpan<byte> magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];
        var length = (((magic.Length + 2 + header.Length + 1 + Alignment - 1) / Alignment) * Alignment) - magic.Length - 2;
        byte[] start = [.. magic, (byte)length, (byte)(length >> 8), .. Encoding.ASCII.GetBytes(header.PadRight(length - 1) + "\n")];
        AtomicFile.Write(path, stream =>
        {
            stream.Write(start);
            stream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        });
    }
}
