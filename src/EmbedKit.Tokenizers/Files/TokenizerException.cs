namespace EmbedKit.Tokenizers;

/// <summary>
/// A tokenizer that cannot be read or run exactly: one line that says what is wrong, in which file, and what was expected. Nothing is
/// approximated, so it is also what a kind of tokenizer that is not supported ends in.
/// </summary>
/// <param name="message">The one line; line ends that came in with data become spaces.</param>
/// <param name="inner">The cause, when another exception is behind it.</param>
public sealed class TokenizerException(string message, Exception? inner = null) : Exception(message.ReplaceLineEndings(" "), inner);
