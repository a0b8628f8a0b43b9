using EmbedKit.Runtime;
using MathNet.Numerics.Distributions;

namespace EmbedKit.Protocols.Audit;

/// <summary>A feature against a class, counted over independent rows.</summary>
/// <param name="Both">Rows of the class that hold the feature.</param>
/// <param name="Holding">Rows that hold the feature.</param>
/// <param name="OfClass">Rows of the class.</param>
/// <param name="All">All rows.</param>
internal readonly record struct Presence(int Both, int Holding, int OfClass, int All)
{
    /// <summary>Chance of error at which bounds are taken.</summary>
    private const double Level = 1e-3;

    /// <summary>Both of those that hold it, to be followed by the class.</summary>
    internal string InWords => $"{NumberText.Count(Both)} of the {NumberText.Count(Holding, "group that has", "groups that have")} it "
        + (Both == 1 ? "is" : "are");

    private int Others => Holding - Both;

    private int NotOfClass => All - OfClass;

    /// <summary>Share of the class that holds the feature.</summary>
    internal double Coverage => Both / (double)OfClass;

    /// <summary>ROC-AUC of presence for the class; below a half where it speaks against the class.</summary>
    internal double Auc => 0.5 + ((Coverage - (Others / (double)NotOfClass)) / 2);

    /// <summary>Lower bound of <see cref="Auc"/>.</summary>
    internal double LeastAuc => 0.5 + ((Lower(Both, OfClass) - Upper(Others, NotOfClass)) / 2);

    /// <summary>Upper bound of the share of rows holding the feature that are not of the class.</summary>
    internal double MostExceptions => Upper(Others, Holding);

    /// <summary>Lower bound of the likelihood ratio: how many times more often the class holds the feature than the other rows do.</summary>
    internal double LeastLikelihoodRatio => Lower(Both, OfClass) / Upper(Others, NotOfClass);

    /// <summary>Fisher's exact test, one-sided: the chance of as many rows of the class among those that hold the feature.</summary>
    internal double P => Both == 0 ? 1 : Math.Max(0, 1 - Hypergeometric.CDF(All, OfClass, Holding, Both - 1));

    /// <summary>Clopper and Pearson's bounds.</summary>
    private static double Upper(int hits, int of) => hits >= of ? 1 : Beta.InvCDF(hits + 1, of - hits, 1 - Level);

    private static double Lower(int hits, int of) => hits == 0 ? 0 : Beta.InvCDF(hits, of - hits + 1, Level);
}
