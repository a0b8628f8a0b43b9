using System.Runtime.ExceptionServices;
using EmbedKit.Data.Cells;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Extraction;

/// <summary>
/// Computes blocks, one after another, on a few threads that each do whatever is furthest along: keep a finished block, run a model on a
/// full batch, tokenize texts, prepare the next image. So exactly as many threads are busy as were asked for, whether decoding or the
/// model takes longer, and no stage waits for another or takes its core. Images of the next block may be prepared before a block is kept,
/// but no model runs on them: what a killed run loses is one block at most.
/// </summary>
internal sealed class ExtractionWorkers(ExtractionPlan plan, Action<BlockWork> keep, IProgress<JobProgress>? progress, CancellationToken cancellation)
{
    private readonly object _gate = new();
    private readonly Queue<(int First, int Count)> _blocks = [];
    private ImageWindow? _window;
    private BlockWork? _block;
    private int _kept;
    private int _resumed;
    private int _running;
    private bool _keeping;
    private (int Row, Exception Error)? _failure;

    /// <summary>Computes the blocks and has each kept.</summary>
    /// <param name="blocks">Those that are not there yet, in order.</param>
    /// <exception cref="InputException">Of the earliest row that ends the job.</exception>
    internal void Run(IReadOnlyList<(int First, int Count)> blocks)
    {
        blocks.ToList().ForEach(_blocks.Enqueue);
        _kept = _resumed = plan.Count - blocks.Sum(b => b.Count);
        _window = plan.Images is null ? null
            : new(blocks.SelectMany(b => Enumerable.Range(b.First, b.Count)), plan.Size.Images + (2 * plan.Options.Threads));
        StartBlock();
        using var wake = cancellation.Register(Wake);
        Task.WaitAll([.. Enumerable.Range(0, plan.Options.Threads).Select(_ => Task.Factory.StartNew(
            Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))], CancellationToken.None);
        cancellation.ThrowIfCancellationRequested();
        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure.Error);
        }
    }

    private void Work()
    {
        while (Next() is { } step)
        {
            step();
        }
    }

    private Action? Next()
    {
        lock (_gate)
        {
            while (_block is { } block && _failure is null && !cancellation.IsCancellationRequested)
            {
                if (block.Complete && !_keeping)
                {
                    _keeping = true;
                    return () => Do(block.Block.First, () => keep(block), StartBlock);
                }

                if (block.NeedsPlan)
                {
                    block.BeginPlan();
                    return () => Do(block.Block.First, block.PlanTexts, block.EndPlan);
                }

                if (_running < plan.Size.Concurrent && block.TakeRun() is { } run)
                {
                    _running++;
                    Settle();
                    return () => Do(run.Rows[0], run.Encode, vectors => Store(block, run, vectors));
                }

                if (_window?.TryTake(out var row) == true)
                {
                    return () => Do(row, () => plan.Images!.Prepare(row), image => _window.Put(row, image));
                }

                Monitor.Wait(_gate);
            }

            return null;
        }
    }

    /// <summary>Does a step outside the lock and takes its result inside.</summary>
    private void Do<T>(int row, Func<T> step, Action<T> take)
    {
        try
        {
            var result = step();
            lock (_gate)
            {
                take(result);
                Settle();
            }
        }
        catch (Exception error)
        {
            lock (_gate)
            {
                // Steps begin in the order of rows, so that of several failures the earliest row's is always among them.
                _failure = _failure is { } known && known.Row <= row ? known : (row, error);
            }
        }

        Wake();
    }

    private void Do(int row, Action step, Action take) => Do(row, () => { step(); return true; }, _ => take());

    private void Settle()
    {
        while (_block?.NextImage is { } row && _window!.TryRemove(row) is { } image)
        {
            _block.Add(image);
            if (image.Reason is not null)
            {
                var skipped = plan.Skipped(row, image.Reason);
                var where = $"{plan.Dataset.Table.Source} row {skipped.FileRow} ({SameText.Escaped(skipped.ImageId)}): {image.Reason}";
                Report($"skipped {where}");
                _failure ??= plan.Options.FailFast ? (row, new InputException(where)) : null;
            }
        }
    }

    private void Store(BlockWork block, ModelRun run, Storage.EmbeddingMatrix vectors)
    {
        _running--;
        block.Store(run, vectors);
        Report();
    }

    private void StartBlock()
    {
        _keeping = false;
        _kept += _block?.Block.Count ?? 0;
        _block = _blocks.TryDequeue(out var next)
            ? new(new(next.First, next.Count), plan.Images, plan.Texts, plan.Size, plan.Options.FailFast)
            : null;
        Report();
    }

    private void Report(string? note = null) =>
        progress?.Report(new(plan.Images is null ? "texts" : "images", _kept + (_block?.RowsDone ?? 0), plan.Count, note, _resumed));

    private void Wake()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }
}
