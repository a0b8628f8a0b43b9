using EmbedKit.Fusion;

namespace EmbedKit.Protocols;

/// <summary>One training run and the rules it is made under.</summary>
public sealed record ProtocolOptions
{
    /// <summary>The rules' name, for tables. Default: leak-free.</summary>
    public Protocol Protocol { get; init; } = Protocol.LeakFree;

    /// <summary>The rules, when they differ from the protocol's preset (one leak at a time). Default: null, the preset.</summary>
    public LeakOptions? Leaks { get; init; }

    /// <summary>The model's shape.</summary>
    public FusionOptions Fusion { get; init; } = new();

    /// <summary>How it is trained; the loss is chosen here, apart from the protocol, so that no leak is mixed up with it.</summary>
    public TrainerOptions Trainer { get; init; } = new();

    /// <summary>λ of the gap shift; null: no alignment, embeddings are read as they are stored. Default: null.</summary>
    public double? Lambda { get; init; }

    /// <summary>Normalise rows before the gap is measured. Default: true.</summary>
    public bool Prenormalize { get; init; } = true;

    /// <summary>Fit probabilities to the validation rows after training (<see cref="TemperatureScaling"/>). Default: false.</summary>
    public bool Calibrate { get; init; }

    /// <summary>The rules in force.</summary>
    public LeakOptions LeaksInForce => Leaks ?? LeakOptions.Of(Protocol);

    /// <summary>Checks the values.</summary>
    /// <exception cref="Runtime.InputException">One is out of range.</exception>
    public void Validate()
    {
        Fusion.Validate();
        Trainer.Validate();
        new Alignment.ShiftOptions { Lambda = Lambda ?? 0 }.Validate();
    }
}
