namespace EmbedKit.Runtime;

/// <summary>
/// Where reading says what it made of a file that was not quite as expected, such as columns without a name. Silent unless somebody listens; the
/// command line prints each note once.
/// </summary>
public static class InputNotes
{
    private static readonly AsyncLocal<Action<string>?> Listener = new();

    /// <summary>Listens to the notes of all that is read from here on, in this flow of control and those it starts.</summary>
    /// <param name="listener">Told each note, a sentence on one line; from any thread.</param>
    public static void Listen(Action<string>? listener) => Listener.Value = listener;

    /// <summary>Says something to whoever listens.</summary>
    /// <param name="note">A sentence: what, where, and what was done about it; line ends that came in with data become spaces.</param>
    public static void Say(string note) => Listener.Value?.Invoke(note.ReplaceLineEndings(" "));
}
