using EmbedKit.Notebooks.Session;

namespace EmbedKit.Notebooks.Tests.Session;

public sealed class NotebookSessionTests : IDisposable
{
    private readonly NotebookSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Variables_records_and_methods_live_on_in_later_cells_and_can_be_declared_again()
    {
        Run("record Point(int X, int Y); int Twice(int x) => 2 * x; var a = 20;");
        Assert.Equal("41", Result("Twice(a) + new Point(1, 2).X"));
        Run("var a = \"text now\"; int Twice(int x) => 3 * x;");
        Assert.Equal("12", Result("Twice(4)"));
        Assert.Equal("text now", Result("a"));
    }

    [Fact]
    public void Top_level_await_works_also_as_the_last_expression()
    {
        Run("await Task.Delay(1); var later = await Task.FromResult(5);");
        Assert.Equal("6", Result("await Task.FromResult(later + 1)"));
    }

    [Fact]
    public void Console_text_and_displays_come_in_the_order_of_the_code()
    {
        var outputs = Run("Console.WriteLine(\"one\"); display(2); Console.Error.Write(\"three\"); \"four\"");
        Assert.Collection(
            outputs,
            o => Assert.Equal(new StreamOutput("stdout", "one\n"), o),
            o => Assert.Equal("2", Assert.IsType<ValueOutput>(o)["text/plain"]),
            o => Assert.Equal(new StreamOutput("stderr", "three"), o),
            o => Assert.True(Assert.IsType<ValueOutput>(o).IsResult));
    }

    [Fact]
    public void A_compile_error_names_line_and_column_and_runs_nothing()
    {
        var error = Fail("var before = 1;\nint x = \"no\";");
        Assert.Equal("CompilationError", error.Name);
        Assert.StartsWith("(2,9): error CS0029:", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, error.Line);
        Assert.Contains("CS0103", Fail("before").Message, StringComparison.Ordinal);

        var many = Fail(string.Concat(Enumerable.Range(0, 25).Select(i => $"int x{i} = \"no\";\n"))).Message.Split('\n');
        Assert.Equal((11, "and 15 more"), (many.Length, many[^1]));
    }

    [Fact]
    public void An_exception_names_its_line_keeps_what_was_assigned_before_and_the_session_goes_on()
    {
        var error = Fail("var kept = 7;\n\nthrow new InvalidOperationException(\"broken here\");");
        Assert.Equal(("InvalidOperationException", "broken here", 3), (error.Name, error.Message, error.Line));
        Assert.Equal("7", Result("kept"));
    }

    [Fact]
    public void An_exception_in_a_method_of_an_earlier_cell_is_reported_at_the_line_that_called_it()
    {
        Run("int Boom(int x)\n{\n    return 1 / x;\n}");
        var error = Fail("var zero = 0;\nBoom(zero)");
        Assert.Equal(("DivideByZeroException", 2), (error.Name, error.Line));
    }

    [Fact]
    public void Of_an_exception_that_says_too_much_or_comes_from_too_deep_both_ends_are_shown()
    {
        var error = Fail("throw new Exception(new string('x', 30_000_000));");
        Assert.EndsWith("x … (29,980,000 characters more)", error.Message, StringComparison.Ordinal);
        error = Fail("void Down(int left) { if (left == 0) throw new Exception(\"bottom\"); Down(left - 1); }\nDown(2000);");
        Assert.Equal((101, "bottom"), (error.Trace.Count, error.Message));
        Assert.Contains("frames …", error.Trace[50], StringComparison.Ordinal);
    }

    [Fact]
    public void An_endless_loop_stops_when_interrupted_and_earlier_cells_are_intact()
    {
        Run("var kept = 3;");
        Assert.Equal("Interrupted", Interrupt("Console.WriteLine(\"started\"); for (var i = 0; ; i++) { }").Name);
        Assert.Equal("4", Result("kept + 1"));
    }

    [Theory]
    [InlineData("System.Threading.Thread.Sleep(600_000);")]
    [InlineData("new System.Threading.ManualResetEvent(false).WaitOne();")]
    [InlineData("try { while (true) { } } catch (Exception) { }")]
    public void A_cell_that_waits_or_catches_everything_stops_when_interrupted(string code)
    {
        Assert.Equal("Interrupted", Interrupt($"Console.WriteLine(1);\n{code}").Name);
        Assert.Equal("2", Result("1 + 1"));
    }

    [Fact]
    public void A_cell_that_cannot_be_stopped_is_abandoned_its_output_dropped_and_the_session_goes_on()
    {
        Run("var stop = false;");
        Assert.Equal("Abandoned", Interrupt("await Task.Delay(200); while (!stop) { Console.Write('x'); System.Threading.Thread.Sleep(5); }").Name);
        Assert.DoesNotContain(
            Run("Console.WriteLine(2); System.Threading.Thread.Sleep(50); stop = true;").OfType<StreamOutput>(),
            o => o.Text.Contains('x', StringComparison.Ordinal));
    }

    [Fact]
    public void An_abandoned_cell_that_ends_after_all_takes_nothing_back()
    {
        Run("var stop = false;");
        Assert.Equal("Abandoned", Interrupt("await Task.Delay(200); Console.Write('x'); while (!stop) { System.Threading.Thread.Sleep(5); }").Name);
        Run("var later = 4; stop = true;");
        Run("System.Threading.Thread.Sleep(200);");
        Assert.Equal("5", Result("later + 1"));
    }

    [Fact]
    public void Packages_of_EmbedKit_are_served_in_process_with_or_without_version()
    {
        var code = """
            #r "nuget: EmbedKit"
            #r "nuget: Plotly.NET, 5.0.0"
            using EmbedKit.Runtime;
            typeof(RandomStreams).Assembly.Location == Here()
            """;
        Run("string Here() => System.AppContext.BaseDirectory + \"EmbedKit.dll\";");
        Assert.Equal("True", Result(code));
    }

    [Fact]
    public void An_unknown_magic_command_rejects_the_whole_cell_also_inside_a_comment()
    {
        var outputs = new List<CellOutput>();
        var error = _session.Execute("Console.WriteLine(1);\n/*\n#!nonsense here\n*/", outputs.Add, TestContext.Current.CancellationToken);
        Assert.Equal(("DNI101", 3), (error?.Name, error?.Line));
        Assert.Contains("#!nonsense", error!.Message, StringComparison.Ordinal);
        Assert.Single(outputs);
    }

    [Fact]
    public void HTML_and_DisplayAs_are_not_escaped()
    {
        var html = Run("HTML(\"<b>bold</b>\")");
        Assert.Equal("<b>bold</b>", Assert.IsType<ValueOutput>(Assert.Single(html))["text/html"]);
        var shown = Run("\"# Title\".DisplayAs(\"text/markdown\");");
        Assert.Equal("# Title", Assert.IsType<ValueOutput>(Assert.Single(shown))["text/markdown"]);
    }

    [Fact]
    public void What_the_engines_own_methods_show_is_shown_as_by_display()
    {
        var outputs = Run("object five = 5; five.Display(); new[] { new { A = 1 } }.DisplayTable();").Cast<ValueOutput>().ToList();
        Assert.Equal("5", outputs[0]["text/plain"]);
        Assert.Contains("<table", outputs[1]["text/html"], StringComparison.Ordinal);
    }

    [Fact]
    public void Time_adds_the_wall_time()
    {
        var outputs = Run("#!time\nvar x = 1;");
        Assert.Matches(@"^Wall time: \d+(\.\d+)?ms$", Assert.IsType<ValueOutput>(Assert.Single(outputs))["text/plain"]!);
    }

    [Fact]
    public void TorchSharp_runs_in_a_cell() => Assert.Equal("6", Result("using TorchSharp;\ntorch.ones(2, 3).sum().item<float>()"));

    private List<CellOutput> Run(string code)
    {
        var outputs = new List<CellOutput>();
        var error = _session.Execute(code, outputs.Add, TestContext.Current.CancellationToken);
        Assert.Null(error);
        return outputs;
    }

    private string? Result(string code) => Assert.IsType<ValueOutput>(Run(code)[^1])["text/plain"];

    private ErrorOutput Fail(string code)
    {
        var outputs = new List<CellOutput>();
        var error = _session.Execute(code, outputs.Add, TestContext.Current.CancellationToken);
        Assert.Same(error, outputs[^1]);
        return error!;
    }

    /// <summary>Runs a cell and interrupts it at its first output.</summary>
    private ErrorOutput Interrupt(string code)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        return _session.Execute(code, o => { if (o is StreamOutput) { _ = Task.Run(stop.Cancel); } }, stop.Token)!;
    }

    [Theory]
    [InlineData("async void F() { await Task.Delay(10); throw new Exception(\"unawaited\"); }\nF(); await Task.Delay(1000);")]
    [InlineData("var t = new System.Threading.Thread(() => throw new Exception(\"unawaited\")); t.Start(); t.Join(); await Task.Delay(100);")]
    public void An_exception_that_nobody_awaits_fails_its_cell_and_not_the_process(string code)
    {
        using var session = new NotebookSession();
        var outputs = new List<CellOutput>();
        Assert.Null(session.Execute("var before = 1;", _ => { }, TestContext.Current.CancellationToken));
        Assert.Equal("unawaited", session.Execute(code, outputs.Add, TestContext.Current.CancellationToken)?.Message);
        Assert.IsType<ErrorOutput>(outputs[^1]);
        Assert.Null(session.Execute("before + 1", _ => { }, TestContext.Current.CancellationToken));
    }
}
