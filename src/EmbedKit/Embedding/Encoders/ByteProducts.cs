using System.Runtime.Intrinsics.X86;

namespace EmbedKit.Embedding.Encoders;

/// <summary>
/// Whether ONNX Runtime's products of unsigned and signed bytes are exact. Without VNNI its kernels add two products in 16 bits, where
/// 2·255·127 does not fit: sums are cut, and embeddings are wrong without a word. <c>session.x64quantprecision</c> makes it use exact, slower
/// kernels instead. With VNNI the option would only cost speed (ONNX Runtime heeds it on every processor with AVX2), so it is set where needed.
/// </summary>
internal static class ByteProducts
{
    internal const string ExactOption = "session.x64quantprecision";

    /// <summary>True on x64 processors without VNNI (Intel before Ice Lake or Alder Lake, AMD before Zen 4).</summary>
    internal static bool MaySaturate { get; } = X86Base.IsSupported && !HasVnni();

    private static bool HasVnni()
    {
        const int Avx512Vnni = 1 << 11;
        return AvxVnni.IsSupported || (Avx512BW.VL.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 && (X86Base.CpuId(7, 0).Ecx & Avx512Vnni) != 0);
    }
}
