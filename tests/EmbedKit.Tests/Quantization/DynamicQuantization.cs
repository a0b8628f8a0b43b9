namespace EmbedKit.Tests.Quantization;

/// <summary>
/// A linear layer in 8 bits by the letter of the ONNX operators: DynamicQuantizeLinear on the whole input, integer products, one factor a
/// channel. Written for clarity, with nothing of the library in it.
/// </summary>
internal static class DynamicQuantization
{
    internal static float[] Linear(float[] x, float[] weights, int inputs, int outputs, float[]? bias = null)
    {
        var (low, high) = (Math.Min(0, x.Min()), Math.Max(0, x.Max()));
        var scale = (high - low) / 255;
        var zero = (int)Math.Clamp(MathF.Round(-low / scale), 0, 255);
        var bytes = x.Select(v => (int)Math.Clamp(MathF.Round(v / scale) + zero, 0, 255)).ToArray();
        var rows = x.Length / inputs;
        var result = new float[rows * outputs];
        for (var column = 0; column < outputs; column++)
        {
            var channel = Enumerable.Range(0, inputs).Select(k => weights[(k * outputs) + column]).ToArray();
            var step = channel.Max(MathF.Abs) / 127;
            var q = channel.Select(w => (int)MathF.Round(w / step)).ToArray();
            for (var row = 0; row < rows; row++)
            {
                var sum = 0;
                for (var k = 0; k < inputs; k++)
                {
                    sum += (bytes[(row * inputs) + k] - zero) * q[k];
                }

                result[(row * outputs) + column] = (sum * (scale * step)) + (bias?[column] ?? 0);
            }
        }

        return result;
    }
}
