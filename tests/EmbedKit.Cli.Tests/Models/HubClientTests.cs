using EmbedKit.Cli.Models;
using EmbedKit.Runtime;
using EmbedKit.Tests.Runtime;

namespace EmbedKit.Cli.Tests.Models;

public sealed class HubClientTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private readonly LocalHub _hub = new();

    public void Dispose()
    {
        _hub.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_and_to_no_other_host()
    {
        using var store = new LocalServer(r => _hub.Serve(r));
        _hub.Misbehave = r => LocalHub.Is(r, "config.json")
            ? new(302) { Headers = [("Location", $"{store.OtherName.AbsoluteUri.TrimEnd('/')}{r.Target}")] }
            : null;
        await Pull("secret");
        Assert.All(_hub.Requests, r => Assert.Equal("Bearer secret", r.Headers["Authorization"]));
        Assert.False(Assert.Single(store.Requests).Headers.ContainsKey("Authorization"));
        Assert.DoesNotContain(
            "secret", string.Concat(Directory.GetFiles(_temporary.Path, "*", SearchOption.AllDirectories).Select(File.ReadAllText)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_renamed_repository_is_followed_with_the_token()
    {
        _hub.Misbehave = r => LocalHub.Is(r, "config.json") && !r.Target.StartsWith("/new", StringComparison.Ordinal) ? new(307)
        {
            Headers = [("Location", "/new" + r.Target)],
        }
            : r.Target.StartsWith("/new", StringComparison.Ordinal) ? _hub.Serve(r with { Target = r.Target[4..] }) : null;
        await Pull("secret");
        Assert.Equal("Bearer secret", _hub.Requests.Single(r => r.Target.StartsWith("/new", StringComparison.Ordinal)).Headers["Authorization"]);
    }

    [Fact]
    public async Task A_redirect_to_http_elsewhere_is_refused_unasked()
    {
        _hub.Misbehave = r => LocalHub.Is(r, "config.json") ? new(302) { Headers = [("Location", "http://192.0.2.1/config.json?key=signed")] } : null;
        var error = await Assert.ThrowsAsync<InputException>(() => Pull());
        Assert.Contains("http://192.0.2.1/config.json: redirected to from 127.0.0.1, and not encrypted", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("signed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirects_end()
    {
        _hub.Misbehave = r => LocalHub.Is(r, "config.json") ? new(302) { Headers = [("Location", r.Target)] } : null;
        Assert.Contains("more than 8 redirects", (await Assert.ThrowsAsync<InputException>(() => Pull())).Message, StringComparison.Ordinal);
        Assert.Equal(9, _hub.Asked("config.json").Count);
    }

    [Theory]
    [InlineData("http://192.0.2.1/", null, false)]
    [InlineData("http://127.0.0.1/", null, true)]
    [InlineData("http://127.0.0.1/", "https://hub.example/", false)]
    [InlineData("https://other.example/", "https://hub.example/", true)]
    [InlineData("ftp://127.0.0.1/", null, false)]
    [InlineData("file:///etc/hostname", null, false)]
    public void Only_https_is_asked_or_this_machine(string address, string? from, bool allowed) =>
        Assert.Equal(allowed, Record.Exception(() => HubOptions.Check(new(address), from is null ? null : new(from))) is null);

    [Theory]
    [InlineData(401, "GatedRepo", null, "access must be asked for (401). Ask at ", "HF_TOKEN=")]
    [InlineData(403, "GatedRepo", "secret", "your HF_TOKEN has no access (403). Ask for it at ", "/owner/clip")]
    [InlineData(401, "RepoNotFound", null, "model 'owner/clip': no such model", "private one")]
    [InlineData(404, "RevisionNotFound", null, "no revision 'main'", "/commits/main")]
    [InlineData(404, "RepoNotFound", null, "model 'owner/clip': no such model", "")]
    [InlineData(410, "", null, "answers 410", "expected the model")]
    public async Task A_refusal_is_one_line_that_says_what_to_do(int status, string code, string? token, string expected, string also)
    {
        _hub.Misbehave = _ => new(status, "<html>") { Headers = [("X-Error-Code", code)] };
        var error = await Assert.ThrowsAsync<InputException>(() => Pull(token));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(also, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.Single(_hub.Requests);
    }

    [Fact]
    public async Task A_gated_file_says_where_to_ask()
    {
        _hub.Misbehave = r => LocalHub.Is(r, "config.json") ? new(403) { Headers = [("X-Error-Code", "GatedRepo")] } : null;
        Assert.Contains(
            $"Ask at {_hub.Address}owner/clip", (await Assert.ThrowsAsync<InputException>(() => Pull())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"sha": "main", "siblings": []}""", "'sha' is no commit")]
    [InlineData("""{"siblings": []}""", "not what a hub answers")]
    [InlineData("<html>", "not what a hub answers")]
    [InlineData("""{"sha": "0123456789abcdef0123456789abcdef01234567", "siblings": [{"rfilename": "a"}]}""", "not what a hub answers")]
    [InlineData("""{"sha": "0123456789abcdef0123456789abcdef01234567", "siblings": [{"rfilename": "a", "size": 1, "blobId": "xyz"}]}""",
        "gives 'xyz' as a content hash")]
    [InlineData("""{"sha": "0123456789abcdef0123456789abcdef01234567", "siblings": [{"rfilename": "../a", "size": 1}]}""", "names a file '../a'")]
    [InlineData("""{"sha": "0123456789abcdef0123456789abcdef01234567", "siblings": [{"rfilename": "a", "size": 9223372036854775807, "blobId": "0123456789abcdef0123456789abcdef01234567"}]}""", "a has a size of 9,223,372,036,854,775,807 bytes; expected 0 to 1,099,511,627,776")]
    [InlineData("""{"sha": "0123456789abcdef0123456789abcdef01234567", "siblings": [{"rfilename": "a", "size": -1, "blobId": "0123456789abcdef0123456789abcdef01234567"}]}""", "a has a size of -1 bytes")]
    [InlineData("""{"sha": "0123456789abcdef0123456789abcdef01234567", "siblings": [{"rfilename": "a", "size": 9223372036854775808, "blobId": "x"}]}""", "not what a hub answers")]
    [InlineData("""{"sha": "0123456789abcdef0123456789abcdef01234567", "sha": "1123456789abcdef0123456789abcdef01234567", "siblings": []}""",
        "not what a hub answers")]
    [InlineData("""{"sha": "0123456789abcdef0123456789abcdef01234567", "siblings": [{"rfilename": "\ud800", "size": 1}]}""",
        "not what a hub answers")]
    [InlineData("""{"sha": "0123456789abcdef0123456789abcdef01234567", "cardData": {"license": "\udc00"}, "siblings": []}""",
        "not what a hub answers")]
    [InlineData("""{"sha": "0123456789abcdef0123456789abcdef01234567", "siblings": [{"rfilename": "a", "size": 1, "blobId": "0123456789abcdef0123456789abcdef01234567"}, {"rfilename": "A", "size": 1, "blobId": "0123456789abcdef0123456789abcdef01234567"}]}""", "lists the file 'a' twice")]
    public async Task A_description_that_makes_no_sense_is_refused(string json, string expected)
    {
        _hub.Misbehave = _ => new(200, json);
        Assert.Contains(expected, (await Assert.ThrowsAsync<InputException>(() => Pull())).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_temporary.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("./a")]
    [InlineData("a//b")]
    [InlineData("a\\b")]
    [InlineData("C:/a")]
    [InlineData("C:a")]
    [InlineData("onnx/NUL")]
    [InlineData("com1.txt")]
    [InlineData("aux .json")]
    [InlineData("a.")]
    [InlineData("a ")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("a?b")]
    [InlineData("a\u202egpj.exe")]
    [InlineData("a\u009b2J")]
    [InlineData("a\u2028b")]
    public void A_name_no_file_should_have_is_refused(string path) => Assert.Throws<InputException>(() => HubPath.Check(path, "hub"));

    [Theory]
    [InlineData("config.json")]
    [InlineData("onnx/model.onnx_data")]
    [InlineData(".gitattributes")]
    [InlineData("example data/größe (1).jpg")]
    public void A_plain_name_is_taken(string path) => Assert.Equal(path, HubPath.Check(path, "hub"));

    [Fact]
    public async Task A_listing_without_end_is_refused()
    {
        _hub.Misbehave = _ => new(200, new string(' ', 33 << 20));
        Assert.Contains("answers more than 32 MiB", (await Assert.ThrowsAsync<InputException>(() => Pull())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listing_of_too_many_files_is_refused()
    {
        _hub.Misbehave = _ => new(200, $$"""{"sha": "{{LocalHub.Commit}}", "siblings": [{{string.Join(',', Enumerable.Repeat("0", 100_001))}}]}""");
        Assert.Contains("lists 100,001 files", (await Assert.ThrowsAsync<InputException>(() => Pull())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://[bad", "redirects to no address")]
    [InlineData("https://", "redirects to no address")]
    [InlineData("http://127.0.0.1:99999/", "redirects to no address")]
    [InlineData("file:///etc/passwd", "not encrypted")]
    [InlineData("data:text/plain,hello", "not encrypted")]
    public async Task A_redirect_to_no_address_is_refused(string location, string expected)
    {
        _hub.Misbehave = r => LocalHub.Is(r, "config.json") ? new(302) { Headers = [("Location", location)] } : null;
        Assert.Contains(expected, (await Assert.ThrowsAsync<InputException>(() => Pull())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hub_without_a_certificate_that_can_be_trusted_is_refused_at_once_and_told_why()
    {
        using var key = System.Security.Cryptography.RSA.Create(2048);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest(
            "CN=evil", key, System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.RSASignaturePadding.Pkcs1);
        using var own = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var asked = 0;
        var server = Task.Run(async () =>
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
                asked++;
                await using var secure = new System.Net.Security.SslStream(client.GetStream());
                await Record.ExceptionAsync(() => secure.AuthenticateAsServerAsync(own));
            }
        }, TestContext.Current.CancellationToken);
        var error =
            await Assert.ThrowsAsync<InputException>(() =>
                Pull(address: new($"https://127.0.0.1:{((System.Net.IPEndPoint)listener.LocalEndpoint).Port}")));
        Assert.Contains("127.0.0.1: The remote certificate is invalid", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, asked);
        listener.Stop();
        await Record.ExceptionAsync(() => server);
    }

    [Theory]
    [InlineData("\"mit\"", "mit")]
    [InlineData("[\"mit\", \"apache-2.0\"]", "mit, apache-2.0")]
    [InlineData("\"\"", null)]
    [InlineData("[]", null)]
    [InlineData("5", null)]
    [InlineData("LONG", null)]
    public void A_licence_is_a_name_or_several(string licence, string? expected)
    {
        var json =
            $$"""{"sha": "{{LocalHub.Commit}}", "cardData": {"license": {{licence.Replace("LONG", $"\"{new string('m', 5000)}\"", StringComparison.Ordinal)}}}, "siblings": []}""";
        Assert.Equal(expected, HubModel.Read(System.Text.Encoding.UTF8.GetBytes(json), "owner/clip", "hub").Licence);
    }

    [Fact]
    public void Options_show_no_token() => Assert.DoesNotContain("secret", $"{new HubOptions { Token = "secret" }}", StringComparison.Ordinal);

    private async Task Pull(string? token = null, Uri? address = null)
    {
        using var client = new HubClient(
            new() { Address = address ?? _hub.Address, Token = token, Retry = new() { Attempts = 2, Clock = new InstantTime() } });
        await new ModelPull(client).RunAsync(
            LocalHub.Repository, "main", EmbedKit.Embedding.Models.ModelPrecision.Float32, _temporary["model"],
            TestContext.Current.CancellationToken);
    }
}
