using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EmbedKit.Notebooks.Execution;
using EmbedKit.Notebooks.Session;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Kernel;

/// <summary>A Jupyter kernel for C# on a <see cref="NotebookSession"/>: what JupyterLab, VS Code's Jupyter extension and nbclient talk to.</summary>
public sealed class JupyterKernel : IDisposable
{
    private readonly KernelSockets _sockets;
    private readonly BlockingCollection<JupyterMessage> _requests = [];
    private readonly NotebookSession _session = new();
    private readonly KernelInput _input;
    private readonly ExecuteHandler _execute;
    private readonly CodeAssistant _assistant;
    private volatile bool _ending;

    private JupyterKernel(ConnectionFile connection)
    {
        _input = new(request => _sockets!.Ask(request));
        _sockets = new(connection, _requests.Add, OnControl, _input.Answer, Console.Error);
        _execute = new(_session, _sockets, _input);
        _assistant = new(_session);
    }

    /// <summary>Runs a kernel until its client shuts it down or goes away, or the process is told to end.</summary>
    /// <param name="connectionFile">The file in which the client says where it waits.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="InputException">No such file, or not a connection file.</exception>
    public static void Run(string connectionFile, CancellationToken cancellation = default)
    {
        using var kernel = new JupyterKernel(ConnectionFile.Read(connectionFile));
        ParentWatch.Start(kernel._sockets.Stop);
        using var told = cancellation.Register(kernel._sockets.Stop);
        Console.SetIn(new CellInput(kernel._input.ReadLine));
        new Thread(kernel.Serve) { IsBackground = true, Name = "kernel requests" }.Start();
        kernel._sockets.Run();
        if (kernel._sockets.Dropped > 1)
        {
            Console.Error.WriteLine($"embedkit: {kernel._sockets.Dropped} messages were dropped in all.");
        }
    }

    /// <summary>Closes the sockets.</summary>
    public void Dispose()
    {
        _requests.CompleteAdding();
        _sockets.Dispose();
        _session.Dispose();
    }

    private static JsonObject Ok(JsonObject content)
    {
        content["status"] = "ok";
        return content;
    }

    private static JsonObject KernelInfo() => Ok(new()
    {
        ["protocol_version"] = "5.3",
        ["implementation"] = "embedkit",
        ["implementation_version"] = typeof(JupyterKernel).Assembly.GetName().Version?.ToString(3) ?? "0",
        ["language_info"] = new JsonObject
        {
            ["name"] = "C#",
            ["version"] = Environment.Version.ToString(),
            ["mimetype"] = "text/x-csharp",
            ["file_extension"] = ".cs",
            ["pygments_lexer"] = "csharp",
        },
        ["banner"] = "EmbedKit: C# with EmbedKit, TorchSharp and Plotly.NET.",
        ["help_links"] = new JsonArray(),
    });

    /// <summary>Requests of the shell channel, one after the other.</summary>
    private void Serve()
    {
        foreach (var request in _requests.GetConsumingEnumerable())
        {
            Status(request, "busy");
            try
            {
                if (request.Type == "execute_request")
                {
                    if (_execute.Execute(request))
                    {
                        AbortQueued();
                    }
                }
                else if (Answer(request) is { } content)
                {
                    _sockets.Reply(request, request.Type.Replace("_request", "_reply", StringComparison.Ordinal), content);
                }
            }
            catch (Exception error)
            {
                // A fault of one request must neither end the session nor leave the client waiting.
                _sockets.Reply(request, request.Type.Replace("_request", "_reply", StringComparison.Ordinal), new()
                {
                    ["status"] = "error",
                    ["ename"] = error.GetType().Name,
                    ["evalue"] = error.Message,
                    ["traceback"] = new JsonArray(),
                });
            }

            Told(request);
        }
    }

    private JsonObject? Answer(JupyterMessage request) => request.Type switch
    {
        "kernel_info_request" => KernelInfo(),
        "is_complete_request" => CodeAssistant.IsComplete(JupyterMessage.Text(request.Content, "code"))
            ? new() { ["status"] = "complete" }
            : new() { ["status"] = "incomplete", ["indent"] = "" },
        "complete_request" => Complete(request.Content),
        "inspect_request" => Inspect(request.Content),
        "history_request" => Ok(new() { ["history"] = _execute.History(request.Content) }),
        "comm_info_request" => Ok(new() { ["comms"] = new JsonObject() }),
        "shutdown_request" => Shutdown(request),
        _ => null,
    };

    private JsonObject Complete(JsonObject content)
    {
        var code = JupyterMessage.Text(content, "code");
        var (start, end, matches) = _assistant.Complete(code, CodeAssistant.Position(code, JupyterMessage.Number(content, "cursor_pos")));
        return Ok(new()
        {
            ["matches"] = new JsonArray([.. matches.Select(m => JsonValue.Create(m))]),
            ["cursor_start"] = CodeAssistant.CodePoints(code, start),
            ["cursor_end"] = CodeAssistant.CodePoints(code, end),
            ["metadata"] = new JsonObject(),
        });
    }

    private JsonObject Inspect(JsonObject content)
    {
        var code = JupyterMessage.Text(content, "code");
        var text = _assistant.Inspect(code, CodeAssistant.Position(code, JupyterMessage.Number(content, "cursor_pos")));
        return Ok(new()
        {
            ["found"] = text is not null,
            ["data"] = text is null ? new JsonObject() : new JsonObject { ["text/plain"] = text },
            ["metadata"] = new JsonObject(),
        });
    }

    /// <summary>Requests of the control channel come at once, also while a cell runs.</summary>
    private void OnControl(JupyterMessage request)
    {
        Status(request, "busy");
        var content = request.Type switch
        {
            "kernel_info_request" => KernelInfo(),
            "interrupt_request" => Interrupt(),
            "shutdown_request" => Shutdown(request),
            _ => null,
        };
        if (content is not null)
        {
            _sockets.Reply(request, request.Type.Replace("_request", "_reply", StringComparison.Ordinal), content);
        }

        Told(request);
    }

    private JsonObject Interrupt()
    {
        _execute.Interrupt();
        return Ok([]);
    }

    private JsonObject Shutdown(JupyterMessage request)
    {
        _execute.Interrupt();
        _ending = true;
        return Ok(new() { ["restart"] = JupyterMessage.Flag(request.Content, "restart", false) });
    }

    private void AbortQueued()
    {
        for (var left = _requests.Count; left > 0 && _requests.TryTake(out var request); left--)
        {
            if (request.Type == "execute_request")
            {
                Status(request, "busy");
                _sockets.Reply(request, "execute_reply", new() { ["status"] = "aborted", ["execution_count"] = _execute.Count });
                Status(request, "idle");
            }
            else
            {
                _requests.Add(request);
            }
        }
    }

    /// <summary>A request has been answered; after the one to shut down there is no other.</summary>
    private void Told(JupyterMessage request)
    {
        Status(request, "idle");
        if (_ending)
        {
            _sockets.Stop();
        }
    }

    private void Status(JupyterMessage request, string state) => _sockets.Publish(request, "status", new() { ["execution_state"] = state });
}
