using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using EmbedKit.Storage;

namespace EmbedKit.Protocols;

/// <summary>What tells one set of embeddings from another, for a run's identity.</summary>
internal static class SetFingerprint
{
    /// <summary>SHA-256 over everything of a set that a run can read: all cells and both matrices.</summary>
    /// <param name="set">The set.</param>
    internal static string Of(EmbeddingSet set)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Text(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\0"));
        for (var c = 0; c < set.Table.ColumnNames.Count; c++)
        {
            Text(set.Table.ColumnNames[c]);
            Array.ForEach(set.Table.Columns[c], Text);
        }

        foreach (var matrix in (EmbeddingMatrix?[])[set.Image, set.Text])
        {
            Text($"{matrix?.Rows}x{matrix?.Dimension}");
            for (var row = 0; row < matrix?.Rows; row++)
            {
                hash.AppendData(MemoryMarshal.AsBytes(matrix.Row(row)));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
