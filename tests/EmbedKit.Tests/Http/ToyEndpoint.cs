using System.Text.Json;
using EmbedKit.Http;
using EmbedKit.Tests.Runtime;

namespace EmbedKit.Tests.Http;

/// <summary>An endpoint whose answers are known: a text's embedding is its length, and a number that is exact in neither notation.</summary>
internal static class ToyEndpoint
{
    internal static EndpointTextGenerator Open(
        LocalServer server, Func<EndpointOptions, EndpointOptions>? change = null, TimeProvider? clock = null)
    {
        var options = new EndpointOptions
        {
            Address = new(server.Address, "v1"),
            Model = "toy",
            Retry = new() { Attempts = 4, Clock = clock ?? new InstantTime() },
        };
        return new(change?.Invoke(options) ?? options);
    }

    internal static string[] Texts(LocalServer.Request request) =>
        [.. JsonDocument.Parse(request.Body).RootElement.GetProperty("input").EnumerateArray().Select(t => t.GetString()!)];

    internal static LocalServer.Reply Answer(LocalServer.Request request, bool base64 = false, bool reverse = false)
    {
        var rows = Texts(request).Select((text, index) =>
        {
            float[] vector = [text.Length, 0.1f];
            return new { index, embedding = base64 ? (object)Convert.ToBase64String(vector.SelectMany(BitConverter.GetBytes).ToArray()) : vector };
        });
        return new(200, JsonSerializer.Serialize(new { data = reverse ? rows.Reverse() : rows }));
    }
}
