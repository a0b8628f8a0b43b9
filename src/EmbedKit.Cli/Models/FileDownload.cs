using System.Net;
using System.Net.Http.Headers;
using EmbedKit.Http;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Models;

/// <summary>
/// Brings one file from the hub to its place: into a part file that a later run goes on with, hashed as a whole, flushed, and only then
/// renamed.
/// </summary>
/// <param name="hub">The hub.</param>
/// <param name="open">Opens a part file to append to; a test's disk may be full.</param>
internal sealed class FileDownload(HubClient hub, Func<string, Stream> open)
{
    /// <summary>Ending of the part files.</summary>
    internal const string PartEnding = ".part";

    /// <summary>An attempt that brings a file this much further, or a hundredth of it, was no failed try.</summary>
    private const long Progress = 1 << 20;
    private const string TagEnding = PartEnding + ".etag";

    /// <summary>Fetches a file; what an earlier run left of it is not fetched again.</summary>
    /// <param name="model">The model.</param>
    /// <param name="file">The file.</param>
    /// <param name="target">Its final path.</param>
    /// <param name="have">Told how many bytes are there.</param>
    /// <param name="cancellation">Ends it; the part file stays.</param>
    /// <returns>The file's SHA-256.</returns>
    /// <exception cref="InputException">The content or its length is another than the hub announced; or the hub refuses.</exception>
    /// <exception cref="IOException">The disk is full, or cannot be written.</exception>
    internal async Task<string> RunAsync(HubModel model, HubFile file, string target, Action<long> have, CancellationToken cancellation)
    {
        var part = PartOf(target, file);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        for (var wrong = 0; ; wrong++)
        {
            // What was put together of pieces may be of two states of the hub and is asked for once more; one answer is what it is.
            var pieces = File.Exists(part) ? 1 : 0;
            for (long reached = 0; reached < file.Size || !File.Exists(part);)
            {
                var before = reached;
                reached = await hub.Retry.RunAsync(
                    token =>
                    {
                        pieces++;
                        return FurtherAsync(model, file, part, before, have, token);
                    },
                    cancellation).ConfigureAwait(false);
            }

            var (sha256, hash) = file.Hash.Of(part, cancellation);
            File.Delete(TagOf(part));
            if (hash == file.Hash)
            {
                File.Move(part, target, overwrite: true);
                return sha256;
            }

            File.Delete(part);
            if (pieces == 1 || wrong > 0)
            {
                throw Other(file, $"{hash}", $"{file.Hash}");
            }
        }
    }

    /// <summary>The part file's path: it names the content, so that no other revision's goes on in it.</summary>
    internal static string PartOf(string target, HubFile file) => $"{target}.{file.Hash.Hex[..12]}{PartEnding}";

    private static string TagOf(string part) => part[..^PartEnding.Length] + TagEnding;

    /// <summary>
    /// One try. A connection that broke, but not before it had brought the file further than ever before, was no failed one; what a hub sends
    /// again and again from the start, because it ignores ranges or changes its tag, is no progress.
    /// </summary>
    private async Task<long> FurtherAsync(HubModel model, HubFile file, string part, long before, Action<long> have, CancellationToken cancellation)
    {
        var reached = await FetchAsync(model, file, part, have, cancellation).ConfigureAwait(false);
        return reached == file.Size || reached >= before + Math.Clamp(file.Size / 100, 1, Progress)
            ? reached
            : throw new TransientHttpException(
                $"{file.Path}: the hub's answer breaks off at {reached:N0} of {NumberText.Count(file.Size, "byte")}, "
                    + "no further than the one before; expected the whole file, or that it goes on where it broke off.");
    }

    /// <summary>Fetches what is missing, until the end or until the connection breaks.</summary>
    /// <returns>Bytes that are there.</returns>
    private async Task<long> FetchAsync(HubModel model, HubFile file, string part, Action<long> have, CancellationToken cancellation)
    {
        var length = File.Exists(part) ? new FileInfo(part).Length : 0;
        if (length > file.Size)
        {
            File.Delete(part);
            length = 0;
        }

        if (length == file.Size && File.Exists(part))
        {
            return length;
        }

        using var patience = new HubPatience(hub.Options.Patience, cancellation);
        var tagFile = TagOf(part);
        using var response = await hub.SendAsync(hub.AddressOf(model, file), r => AskFor(r, length, tagFile), patience).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            File.Delete(part);
            throw new TransientHttpException($"{file.Path}: the hub refuses to go on from byte {length:N0}; starting over.");
        }

        HubRefusal.ThrowUnlessOk(response, hub.Options, model.Repository, file.Path);
        length = CheckStart(response, file, length, part);
        if (response.Headers.ETag is { IsWeak: false } tag)
        {
            AtomicFile.WriteText(tagFile, tag.ToString());
        }

        return await AppendAsync(response, file, part, length, have, patience, cancellation).ConfigureAwait(false);
    }

    private static void AskFor(HttpRequestMessage request, long from, string tagFile)
    {
        request.Headers.AcceptEncoding.ParseAdd("identity");
        if (from > 0)
        {
            request.Headers.Range = new(from, null);
            if (File.Exists(tagFile) && EntityTagHeaderValue.TryParse(File.ReadAllText(tagFile), out var tag))
            {
                request.Headers.IfRange = new(tag);
            }
        }
    }

    /// <summary>Where the answer begins: behind what is there, or at the start where the server does not serve ranges or the file has
    /// changed.</summary>
    private long CheckStart(HttpResponseMessage response, HubFile file, long length, string part)
    {
        var range = response.Content.Headers.ContentRange;
        var resumed = response.StatusCode == HttpStatusCode.PartialContent && range is { Unit: "bytes" } && range.From == length
            && (range.Length ?? file.Size) == file.Size;
        if (!resumed)
        {
            File.Delete(part);
            length = 0;
        }

        if (response.StatusCode == HttpStatusCode.PartialContent && !resumed)
        {
            throw new TransientHttpException($"{file.Path}: the hub answers another part than was asked for; starting over.");
        }

        // A range may be served in parts, the whole file may not.
        return response.Content.Headers.ContentLength is not { } rest || rest == file.Size - length || (resumed && rest < file.Size - length)
            ? length
            : throw Other(file, NumberText.Count(rest, "byte"), $"{file.Size - length:N0}");
    }

    /// <summary>What arrived whole and is something else arrives so again: asking for it once more helps nobody.</summary>
    private InputException Other(HubFile file, string sent, string expected) => new(
        $"{file.Path}: the hub sends {sent}; expected {expected}, as {hub.Options.Address.Host} lists it. The listing is wrong, or something on "
            + "the way alters the file: try another network, --revision or --hub.");

    private async Task<long> AppendAsync(
        HttpResponseMessage response, HubFile file, string part, long length, Action<long> have, HubPatience patience, CancellationToken cancellation)
    {
        var start = length;
        await using var output = open(part);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var buffer = new byte[1 << 17];
        while (true)
        {
            int read;
            try
            {
                read = await hub.ReadAsync(body, buffer, patience).ConfigureAwait(false);
            }
            catch (TransientHttpException) when (length > start)
            {
                return length;
            }

            if (read == 0)
            {
                break;
            }

            length += read;
            if (length > file.Size)
            {
                throw Other(file, $"at least {NumberText.Count(length, "byte")}", $"{file.Size:N0}");
            }

            await output.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            have(length);
        }

        if (length < file.Size && start == 0 && response.Headers.TransferEncodingChunked == true)
        {
            // The end of chunks is a chunk: this is no cut.
            throw Other(file, NumberText.Count(length, "byte"), $"{file.Size:N0}");
        }

        if (length < file.Size && length == start)
        {
            throw new TransientHttpException($"{file.Path}: the hub ends after {length:N0} of {NumberText.Count(file.Size, "byte")}.");
        }

        if (output is FileStream written)
        {
            written.Flush(flushToDisk: true);
        }

        return length;
    }
}
