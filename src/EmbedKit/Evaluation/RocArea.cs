namespace EmbedKit.Evaluation;

/// <summary>ROC-AUC from counts at rising scores, ties counting half; for rows that are counted in cells and never sorted one by one.</summary>
internal struct RocArea
{
    private double _below, _positives, _area, _pairs;

    /// <summary>Starts again at the lowest score with rows that are not compared with those before.</summary>
    internal void NextPart()
    {
        _pairs += _positives * _below;
        (_below, _positives) = (0, 0);
    }

    /// <summary>Adds the rows of the next higher score.</summary>
    internal void Add(long positives, long negatives)
    {
        _area += positives * (_below + (negatives / 2.0));
        _below += negatives;
        _positives += positives;
    }

    /// <summary>0…1; NaN when there were no positive rows, or no others.</summary>
    internal readonly double Value => _pairs + (_positives * _below) is > 0 and var pairs ? _area / pairs : double.NaN;
}
