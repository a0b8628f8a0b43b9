namespace EmbedKit.Tokenizers.Normalizers;

/// <summary>Rewrites a text before it is cut into words.</summary>
internal delegate string Normalizer(string text);
