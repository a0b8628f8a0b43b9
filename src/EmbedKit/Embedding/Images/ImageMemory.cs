using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Images;

/// <summary>
/// A share of this process's memory, given out to threads that read or decode images: a thread waits while others hold what it needs, and is
/// refused what would never fit. Who takes from <see cref="Files"/> and <see cref="Pixels"/> takes in that order, so that no two wait for each other.
/// </summary>
/// <param name="capacity">Bytes, all threads together.</param>
/// <param name="alone">Bytes that one thread may take while no other holds any, where that is more.</param>
internal sealed class ImageMemory(long capacity, long alone = 0)
{
    /// <summary>Pixels of the largest image that is read where nobody says otherwise.</summary>
    internal const long UsualPixels = 200_000_000;

    /// <summary>At most four channels as libvips gives them, once more where they are turned upright, and as three.</summary>
    internal const int BytesPerPixel = 12;

    private readonly long _most = Math.Max(capacity, alone);
    private readonly object _gate = new();
    private long _held;

    /// <summary>For files as they are read: a quarter of the memory that the system or a container leaves this process.</summary>
    internal static ImageMemory Files { get; } = new(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);

    /// <summary>For decoded pixels: what one image of the largest size that is read by default needs, so that many threads that meet such images
    /// take no more than one does; half of that memory for one image alone.</summary>
    internal static ImageMemory Pixels { get; } = OfPixels(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2);

    /// <summary>Bytes, all threads together.</summary>
    internal long Capacity => capacity;

    /// <summary>Waits until so much is free, and holds it until the result is disposed.</summary>
    /// <param name="bytes">Bytes needed.</param>
    /// <param name="what">What needs them, as the beginning of a message: file and, where known, size.</param>
    /// <exception cref="InputException">It is more than there is at all.</exception>
    internal Share Take(long bytes, string what)
    {
        if (bytes > _most)
        {
            throw new InputException(
                $"{what} needs {bytes / 1e6:N0} MB; expected at most {_most / 1e6:N0} MB, the part of this process's memory meant for it. "
                    + "Shrink the image, or give more memory.");
        }

        lock (_gate)
        {
            while (_held > 0 && _held > capacity - bytes)
            {
                Monitor.Wait(_gate);
            }

            _held += bytes;
            return new(this, bytes);
        }
    }

    private static ImageMemory OfPixels(long most) => new(Math.Min(most, UsualPixels * BytesPerPixel), most);

    /// <summary>What a thread holds.</summary>
    internal sealed class Share(ImageMemory memory, long bytes) : IDisposable
    {
        private bool _returned;

        public void Dispose()
        {
            lock (memory._gate)
            {
                memory._held -= _returned ? 0 : bytes;
                _returned = true;
                Monitor.PulseAll(memory._gate);
            }
        }
    }
}
