using EmbedKit.Runtime;

namespace EmbedKit.Data.Splits;

/// <summary>Groups joined by near-duplicate images, so that neither a group nor a cluster of look-alikes stands on two sides of a split.</summary>
public static class MergedGroups
{
    /// <summary>Joins every group and cluster that share a row, directly or over others.</summary>
    /// <param name="groups">The group of each row (N).</param>
    /// <param name="clusters">The cluster of each row (N); null for a row that is in none.</param>
    /// <returns>The joined group of each row (N), named after the first of its groups in ordinal order.</returns>
    public static string[] Merge(IReadOnlyList<string> groups, IReadOnlyList<string?> clusters)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(clusters);
        ArgumentOutOfRangeException.ThrowIfNotEqual(clusters.Count, groups.Count);
        string[] names = [.. groups.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var number = names.Index().ToDictionary(n => n.Item, n => n.Index, StringComparer.Ordinal);
        var sets = new DisjointSets(names.Length);
        foreach (var cluster in Enumerable.Range(0, groups.Count).Where(i => clusters[i] is not null)
            .GroupBy(i => clusters[i], StringComparer.Ordinal))
        {
            foreach (var row in cluster)
            {
                sets.Join(number[groups[cluster.First()]], number[groups[row]]);
            }
        }

        return [.. groups.Select(g => names[sets.Leader(number[g])])];
    }

    /// <summary>The clusters of a file, by row of a table.</summary>
    /// <param name="path">A CSV with <c>image_id</c> and <c>cluster</c>, as <c>data audit</c> writes it; rows in no cluster may be left out.</param>
    /// <param name="ids">The ids of the table (N).</param>
    /// <exception cref="InputException">No such file or column, or an id in two clusters.</exception>
    public static string?[] ReadClusters(string path, IReadOnlyList<string> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var table = TextTable.Read(path);
        var (id, cluster) = (table[LabelledDataset.IdColumn], table["cluster"]);
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < id.Length; i++)
        {
            if (cluster[i].Length > 0 && !found.TryAdd(id[i], cluster[i]) && found[id[i]] != cluster[i])
            {
                throw new InputException(
                    $"{table.Source} row {table.FileRow(i)}: '{id[i]}' is in cluster '{cluster[i]}' and in '{found[id[i]]}'; expected one cluster "
                        + "an id.");
            }
        }

        return [.. ids.Select(found.GetValueOrDefault)];
    }
}
