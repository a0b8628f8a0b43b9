"""Drives the kernel as Jupyter does and prints what came back as one JSON object."""
import json
import os
import sys
import tempfile
import time

import nbformat
import zmq
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError


def run(client, code, interrupt=None, **options):
    """Runs one cell; returns its reply, its outputs and the states told."""
    outputs = []

    def hook(message):
        outputs.append((message["msg_type"], message["content"]))
        if interrupt is not None and message["msg_type"] == "stream":
            interrupt()

    reply = client.execute_interactive(code, timeout=60, output_hook=hook, allow_stdin=False, **options)
    return {"reply": reply["content"], "outputs": [[t, c] for t, c in outputs]}


def beat_while_a_cell_runs(client):
    """Whether the heartbeat answers while a cell runs. The cell ends only after that, so a slow machine cannot change the answer."""
    with tempfile.TemporaryDirectory() as folder, zmq.Context() as context, context.socket(zmq.REQ) as heart:
        end = os.path.join(folder, "end")
        client.execute(f"while (!System.IO.File.Exists({json.dumps(end)})) {{ System.Threading.Thread.Sleep(20); }}")
        while client.get_iopub_msg(timeout=60)["msg_type"] != "execute_input":
            pass
        heart.linger = 0
        heart.connect(f"tcp://{client.ip}:{client.hb_port}")
        heart.send(b"beat")
        answered = heart.poll(60000) != 0 and heart.recv() == b"beat"
        open(end, "w").close()
        client.get_shell_msg(timeout=60)
        return answered


result = {}

notebook = nbformat.v4.new_notebook(cells=[
    nbformat.v4.new_code_cell('Console.WriteLine("hello");\nvar x = 20;'),
    nbformat.v4.new_code_cell("#!markdown\n# Title"),
    nbformat.v4.new_code_cell('#r "nuget: EmbedKit"\nusing Plotly.NET.CSharp;\nChart.Point<double, double, string>(x: new[] { 1.0, 2 }, y: new[] { 3.0, 4 })'),
    nbformat.v4.new_code_cell("x + 22"),
    nbformat.v4.new_code_cell('throw new InvalidOperationException("on purpose");'),
    nbformat.v4.new_code_cell("x"),
])
try:
    NotebookClient(notebook, kernel_name="embedkit", timeout=120).execute()
except CellExecutionError as error:
    result["nbclient_error"] = error.ename
result["notebook"] = nbformat.writes(notebook)

manager, client = start_new_kernel(kernel_name="embedkit", startup_timeout=60)
try:
    result["info"] = client.kernel_info(reply=True, timeout=60)["content"]
    result["flood"] = run(client, "for (var i = 0; i < 20000; i++) { Console.WriteLine(i); }")
    result["silent"] = run(client, "var hidden = 1; Console.WriteLine(hidden);", silent=True)
    result["keeps"] = run(client, "var kept = 5;")
    started = time.monotonic()
    result["interrupted"] = run(client, 'Console.WriteLine("go"); while (true) { }', interrupt=manager.interrupt_kernel)
    result["interrupt_seconds"] = time.monotonic() - started
    result["after"] = run(client, "kept + hidden")
    result["complete"] = client.complete("var text = \"a\"; text.ToUp", reply=True, timeout=60)["content"]
    result["complete_kept"] = client.complete("kep", reply=True, timeout=60)["content"]
    result["inspect"] = client.inspect("EmbedKit.Runtime.AtomicFile", 24, reply=True, timeout=60)["content"]
    client.is_complete("if (true) {")
    result["partial"] = client.get_shell_msg(timeout=60)["content"]
    client.is_complete("1 + 1")
    result["whole"] = client.get_shell_msg(timeout=60)["content"]
    result["history"] = client.history(hist_access_type="tail", n=2, reply=True, timeout=60)["content"]
    chart = 'new[] { Chart.Point<double, double, string>(x: new[] { 1.0 }, y: new[] { 2.0 }) }'
    run(client, '#r "nuget: EmbedKit"\nusing Plotly.NET.CSharp;')
    result["charts"] = [run(client, code)["outputs"] for code in (chart + " ", chart, chart + " ")]
    result["beat_during_cell"] = beat_while_a_cell_runs(client)
finally:
    client.stop_channels()
    started = time.monotonic()
    manager.shutdown_kernel(now=False)
    result["shutdown_seconds"] = time.monotonic() - started
    result["alive_after_shutdown"] = manager.is_alive()

json.dump(result, sys.stdout)
