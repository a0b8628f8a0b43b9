using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Runtime;

#pragma warning disable RS0030 // The one place that makes native numbers, because it keeps them.

/// <summary>
/// Arithmetic for training loops that keeps its numbers alive. TorchSharp makes a native number of every C# number it is given, and of the 1
/// in a + b = add(a, b, alpha: 1); nothing holds it while the native code runs. A garbage collection at that moment frees it, and the call
/// fails ("Expected false to be true") or reads something else: seen once in some hundred thousand steps. BannedSymbols.txt makes the build
/// refuse such numbers everywhere but here.
/// </summary>
public static class TensorArithmetic
{
    private static readonly Scalar One = 1;
    private static readonly Scalar Two = 2;

    /// <summary>left + right.</summary>
    public static Tensor Plus(this Tensor left, Tensor right) => left.add(right, One);

    /// <summary>tensor + number.</summary>
    public static Tensor Plus(this Tensor tensor, double number)
    {
        Scalar held = number;
        var result = tensor.add(held, One);
        GC.KeepAlive(held);
        return result;
    }

    /// <summary>The value of a float32 or float64 tensor of one element; <c>ToDouble</c> makes a native number first, and dies with the process when
    /// it is collected.</summary>
    public static double Value(this Tensor single) => single.dtype == ScalarType.Float64 ? single.item<double>() : single.item<float>();

    /// <summary>Sets every element.</summary>
    public static void Fill(this Tensor tensor, long value)
    {
        Scalar held = value;
        tensor.fill_(held);
        GC.KeepAlive(held);
    }

    /// <summary>tensor += 1.</summary>
    public static Tensor Increment(this Tensor tensor) => tensor.add_(One, One);

    /// <summary>tensor, but nowhere below a least value.</summary>
    public static Tensor AtLeast(this Tensor tensor, double least)
    {
        Scalar held = least;
        var result = tensor.clamp_min(held);
        GC.KeepAlive(held);
        return result;
    }

    /// <summary>tensor, but nowhere above a greatest value.</summary>
    public static Tensor AtMost(this Tensor tensor, double greatest)
    {
        Scalar held = greatest;
        var result = tensor.clamp_max(held);
        GC.KeepAlive(held);
        return result;
    }

    /// <summary>left += factor · right.</summary>
    public static Tensor PlusInPlace(this Tensor left, Tensor right, double factor)
    {
        Scalar held = factor;
        var result = left.add_(right, alpha: held);
        GC.KeepAlive(held);
        return result;
    }

    /// <summary>tensor · factor.</summary>
    public static Tensor Times(this Tensor tensor, double factor)
    {
        Scalar held = factor;
        var result = tensor.mul(held);
        GC.KeepAlive(held);
        return result;
    }

    /// <summary>tensor², which TorchSharp's <c>square</c> takes as a power with a number of its own.</summary>
    public static Tensor Squared(this Tensor tensor) => tensor.pow(Two);

    /// <summary>tensor /= divisor.</summary>
    public static Tensor DivideInPlace(this Tensor tensor, double divisor)
    {
        Scalar held = divisor;
        var result = tensor.div_(held);
        GC.KeepAlive(held);
        return result;
    }

    /// <summary>Dropout with a generator of its own, since <c>nn.Dropout</c> has only the process-wide one: zeroes a share of the numbers and
    /// enlarges the others, so that their mean stays.</summary>
    internal static Tensor Dropped(this Tensor tensor, double share, Generator generator) =>
        tensor * empty_like(tensor).bernoulli_(1 - share, generator).DivideInPlace(1 - share);
}
