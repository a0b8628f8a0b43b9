using System.Globalization;
using System.Text.Json.Nodes;
using EmbedKit.Notebooks.Dib;
using EmbedKit.Notebooks.Execution;
using EmbedKit.Notebooks.Formatting;
using EmbedKit.Notebooks.Session;

namespace EmbedKit.Notebooks.Kernel;

/// <summary>Runs the cells that a client sends and tells what they put out, as they do.</summary>
internal sealed class ExecuteHandler(NotebookSession session, KernelSockets sockets, KernelInput input)
{
    private readonly Lock _gate = new();
    private readonly List<(int Count, string Code)> _history = [];
    private CancellationTokenSource? _running;
    private string? _scriptCell;

    /// <summary>Cells counted so far.</summary>
    internal int Count { get; private set; }

    /// <summary>Interrupts the running cell, if there is one; from any thread.</summary>
    internal void Interrupt()
    {
        lock (_gate)
        {
            _running?.Cancel();
        }
    }

    /// <summary>Runs one request.</summary>
    /// <returns>Whether requests that wait behind it are to be dropped.</returns>
    internal bool Execute(JupyterMessage request)
    {
        var code = JupyterMessage.Text(request.Content, "code");
        var silent = JupyterMessage.Flag(request.Content, "silent", false);
        if (!silent && JupyterMessage.Flag(request.Content, "store_history", true))
        {
            Count++;
            _history.Add((Count, code));
        }

        if (!silent)
        {
            sockets.Publish(request, "execute_input", new() { ["code"] = code, ["execution_count"] = Count });
        }

        var error = Run(request, code, silent);
        var reply = new JsonObject { ["status"] = error is null ? "ok" : "error", ["execution_count"] = Count };
        if (error is null)
        {
            reply["user_expressions"] = new JsonObject();
            reply["payload"] = new JsonArray();
        }
        else
        {
            AddError(reply, error);
        }

        sockets.Reply(request, "execute_reply", reply);
        return error is not null && JupyterMessage.Flag(request.Content, "stop_on_error", true);
    }

    /// <summary>Past cells as <c>[session, count, code]</c>.</summary>
    internal JsonArray History(JsonObject request)
    {
        IEnumerable<(int Count, string Code)> chosen = JupyterMessage.Text(request, "hist_access_type") switch
        {
            "tail" => _history.TakeLast(JupyterMessage.Number(request, "n")),
            "range" => _history.Where(h => h.Count >= JupyterMessage.Number(request, "start") && h.Count < JupyterMessage.Number(request, "stop")),
            _ => _history,
        };
        return [.. chosen.Select(h => new JsonArray(0, h.Count, h.Code))];
    }

    private static void AddError(JsonObject content, ErrorOutput error)
    {
        content["ename"] = error.Name;
        content["evalue"] = error.Message;
        content["traceback"] = new JsonArray([.. IpynbWriter.Traceback(error).Select(l => JsonValue.Create(l))]);
    }

    private ErrorOutput? Run(JupyterMessage request, string code, bool silent)
    {
        using var running = new CancellationTokenSource();
        using var messages = new CellMessages((type, content) => sockets.Publish(request, type, content), TimeProvider.System, Thread.Sleep);
        var progress = new CellProgress(messages, TimeProvider.System);
        lock (_gate)
        {
            _running = running;
        }

        try
        {
            session.Progress = silent ? null : progress;
            input.Begin(request, messages);
            Action<CellOutput> output = silent ? _ => { } : WithScript(request, code, messages);
            return DibParser.Parse(code).Cells is [{ IsCode: false } other]
                ? session.Execute(other, output, running.Token)
                : session.Execute(code, output, running.Token);
        }
        finally
        {
            input.End();
            progress.End();
            lock (_gate)
            {
                _running = null;
            }
        }
    }

    /// <summary>
    /// What draws charts goes out once in a session, before the first chart; again when that cell runs again, which drops its earlier output,
    /// so that a saved notebook always holds it.
    /// </summary>
    private Action<CellOutput> WithScript(JupyterMessage request, string code, CellMessages messages)
    {
        var cell = JupyterMessage.Text(request.Metadata, "cellId") is { Length: > 0 } id ? id : code;
        var sent = false;
        return output =>
        {
            if (!sent && ChartFormat.IsIn(output) && (_scriptCell ??= cell) == cell)
            {
                sent = true;
                Publish(messages, ChartFormat.Script);
            }

            Publish(messages, output);
        };
    }

    private void Publish(CellMessages messages, CellOutput output)
    {
        switch (output)
        {
            case StreamOutput stream:
                messages.Write(stream.Name, stream.Text);
                break;
            case ErrorOutput error:
                var content = new JsonObject();
                AddError(content, error);
                messages.Send("error", content);
                break;
            case ValueOutput value:
                var data = new JsonObject
                {
                    ["data"] = IpynbWriter.Data(value, asLines: false),
                    ["metadata"] = new JsonObject(),
                    ["transient"] = new JsonObject(),
                };
                if (value.IsResult)
                {
                    data.Remove("transient");
                    data["execution_count"] = Count;
                }

                messages.Send(value.IsResult ? "execute_result" : "display_data", data, value.Length);
                break;
            default:
                throw new ArgumentException($"No Jupyter message for {output.GetType().Name}.", nameof(output));
        }
    }
}
