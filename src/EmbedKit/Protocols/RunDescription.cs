using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Protocols;

/// <summary>What a run is, as names and values: two runs are the same when all values are, and only then may one write over the other.</summary>
internal static class RunDescription
{
    /// <summary>Refuses a file made by another run, naming what differs.</summary>
    /// <param name="path">The file.</param>
    /// <param name="there">The run it belongs to.</param>
    /// <param name="here">The run at hand.</param>
    /// <exception cref="InputException">They differ.</exception>
    internal static void CheckSame(string path, IReadOnlyDictionary<string, string> there, IReadOnlyDictionary<string, string> here)
    {
        var changed = here.Keys.Union(there.Keys).Order(StringComparer.Ordinal).Where(k => here.GetValueOrDefault(k) != there.GetValueOrDefault(k)).ToArray();
        if (changed.Length > 0)
        {
            var what = string.Join("; ", changed.Select(k => $"{k} was '{there.GetValueOrDefault(k)}' and is now '{here.GetValueOrDefault(k)}'"));
            throw new InputException($"{path}: belongs to a different run ({what}); expected the same. Choose another --out, or delete it.");
        }
    }

    /// <summary>SHA-256 over everything of a set that a run can read: all cells and both matrices.</summary>
    /// <param name="set">The set.</param>
    internal static string Fingerprint(EmbeddingSet set)
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
