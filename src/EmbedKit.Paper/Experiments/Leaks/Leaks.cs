namespace EmbedKit.Experiments;

/// <summary>
/// What the published protocol does that a leak-free one does not, in the order in which the data meet it: the rows and texts first, then what
/// is fitted before training, chosen during and after it, and how the result is measured. The loss is none of them: it is equal throughout.
/// </summary>
[Flags]
public enum Leaks
{
    /// <summary>The leak-free protocol.</summary>
    None = 0,

    /// <summary>
    /// No training rows are set aside for validation. No leak by itself, but the test rows must then choose; apart, so that the price of
    /// training on fewer rows is not taken for that of a leak.
    /// </summary>
    NoValidation = 1,

    /// <summary>The published texts, with the label or what stands for it inside.</summary>
    Text = 2,

    /// <summary>The split by image: a lesion, patient or city on both sides.</summary>
    Split = 4,

    /// <summary>The modality gap of all rows, test rows included.</summary>
    Gap = 8,

    /// <summary>The epoch that is best on the test rows.</summary>
    Epoch = 16,

    /// <summary>The λ that is best on the test rows.</summary>
    Lambda = 32,

    /// <summary>Multiclass AUC of one-hot predictions instead of scores; moves no F1.</summary>
    Auc = 64,

    /// <summary>The published protocol.</summary>
    All = 127,
}
