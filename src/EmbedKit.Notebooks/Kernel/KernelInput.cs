namespace EmbedKit.Notebooks.Kernel;

/// <summary>Lets the user of the client that sent the running cell type what the cell reads from the console.</summary>
/// <param name="ask">Sends the question, as an answer to the request that runs.</param>
internal sealed class KernelInput(Action<JupyterMessage> ask)
{
    private readonly Lock _gate = new();
    private (JupyterMessage Request, CellMessages Messages)? _cell;
    private TaskCompletionSource<string>? _waiting;

    /// <summary>A cell runs from now on.</summary>
    internal void Begin(JupyterMessage request, CellMessages messages)
    {
        lock (_gate)
        {
            _cell = (request, messages);
        }
    }

    /// <summary>It has ended.</summary>
    internal void End()
    {
        lock (_gate)
        {
            (_cell, _waiting) = (null, null);
        }
    }

    /// <summary>What the user typed; an answer that no cell waits for is dropped.</summary>
    internal void Answer(JupyterMessage reply)
    {
        lock (_gate)
        {
            _waiting?.TrySetResult(JupyterMessage.Text(reply.Content, "value"));
            _waiting = null;
        }
    }

    /// <summary>Asks for a line and waits for it.</summary>
    /// <exception cref="InvalidOperationException">No cell runs, or its client says that nobody can type.</exception>
    internal string ReadLine()
    {
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_cell is not { } cell || !JupyterMessage.Flag(cell.Request.Content, "allow_stdin", true))
            {
                return Execution.CellInput.Nobody.ReadLine();
            }

            _waiting = answer;
            // The question, if there is one, is printed before the field for the answer opens.
            cell.Messages.Flush();
            ask(cell.Request);
        }

        return answer.Task.GetAwaiter().GetResult();
    }
}
