namespace EmbedKit.Tokenizers.PreTokenizers;

/// <summary>A stretch of normalised text on its way to the model.</summary>
/// <param name="Text">Not empty.</param>
/// <param name="IsFirst">Whether it begins the whole text.</param>
internal readonly record struct TextPiece(string Text, bool IsFirst);

/// <summary>Cuts a piece into smaller ones that tokens never reach across; it may rewrite them.</summary>
internal delegate IEnumerable<TextPiece> PreTokenizer(TextPiece piece);
