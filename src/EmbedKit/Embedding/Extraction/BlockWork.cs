using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Embedding.Extraction;

/// <summary>
/// The block being computed: which runs of the models it still needs, made up by the order of rows alone, never by timing. Not thread-safe,
/// but for <see cref="PlanTexts"/> and <see cref="FillEqual"/>; the steps it hands out run outside the lock.
/// </summary>
internal sealed class BlockWork
{
    private readonly ImageExtraction? _images;
    private readonly TextExtraction? _texts;
    private readonly RunSize _size;
    private readonly bool _failFast;
    private readonly int[] _imageOwners;
    private readonly Queue<ModelRun> _textRuns = [];
    private readonly int _inputs;
    private List<(int Row, PreparedImage Image)> _filling = [];
    private ModelRun? _imageRun;
    private int _settled;
    private int _unfinished;
    private int _done;

    internal BlockWork(ExtractionBlock block, ImageExtraction? images, TextExtraction? texts, RunSize size, bool failFast)
    {
        (Block, _images, _texts, _size, _failFast, _imageOwners) = (block, images, texts, size, failFast, new int[block.Count]);
        _settled = images is null ? block.Count : 0;
        NeedsPlan = texts is not null;
        _unfinished = NeedsPlan ? 1 : 0;
        _inputs = (images is null ? 0 : block.Count) + (texts is null ? 0 : OwnTexts().Count());
    }

    internal ExtractionBlock Block { get; }

    /// <summary>Whether the texts have still to be tokenized.</summary>
    internal bool NeedsPlan { get; private set; }

    /// <summary>The next row to be settled, or null when there is none, or when enough images wait for the model.</summary>
    internal int? NextImage => _settled < Block.Count && _imageRun is null ? Block.First + _settled : null;

    internal bool Complete => _settled == Block.Count && _imageRun is null && _textRuns.Count == 0 && _unfinished == 0;

    /// <summary>Rows done, in proportion to the inputs embedded.</summary>
    internal int RowsDone => (int)((long)Block.Count * _done / Math.Max(1, _inputs));

    /// <summary>Takes the prepared image of <see cref="NextImage"/>.</summary>
    /// <exception cref="InputException">It cannot be embedded, and the job fails fast.</exception>
    internal void Add(PreparedImage image)
    {
        var (index, row) = (_settled, Block.First + _settled++);
        (Block.Hashes[index], Block.Reasons[index], _imageOwners[index]) = (image.Hash, image.Reason, row);
        if (image.Reason is null && (_imageOwners[index] = _images!.Settle(row, image)) == row)
        {
            _filling.Add((row, image));
            _unfinished++;
        }
        else
        {
            _done++;
        }

        if (_filling.Count == _size.Images || (_settled == Block.Count && _filling.Count > 0))
        {
            var run = _filling;
            (_imageRun, _filling) = (new(Block.Image, [.. run.Select(r => r.Row)], () => _images!.Encode(run)), []);
        }
    }

    /// <summary>Begins the planning of texts.</summary>
    internal void BeginPlan() => NeedsPlan = false;

    /// <summary>Tokenizes the texts of the block.</summary>
    /// <exception cref="InputException">One is cut, and the job fails fast.</exception>
    internal IReadOnlyList<ModelRun> PlanTexts()
    {
        var runs = _texts!.Plan(OwnTexts(), _size.Texts, _size.Tokens);
        var cut = runs.SelectMany(run => run.Rows.Zip(run.Dropped)).Where(t => t.Second > 0).OrderBy(t => t.First).ToList();
        if (_failFast && cut.Count > 0)
        {
            throw _texts.TooLong(cut[0].First, cut[0].Second);
        }

        foreach (var (row, _) in cut)
        {
            _texts.MarkTruncated(row);
        }

        return [.. runs.Select(run => new ModelRun(Block.Text, run.Rows, () => _texts.Encode(run)))];
    }

    /// <summary>Takes the runs that <see cref="PlanTexts"/> gave.</summary>
    internal void EndPlan(IReadOnlyList<ModelRun> runs)
    {
        _unfinished += runs.Sum(r => r.Rows.Length) - 1;
        foreach (var run in runs)
        {
            _textRuns.Enqueue(run);
        }
    }

    /// <summary>A run of a model that is ready, images first.</summary>
    internal ModelRun? TakeRun()
    {
        var run = _imageRun ?? (_textRuns.TryDequeue(out var text) ? text : null);
        _imageRun = null;
        return run;
    }

    /// <summary>Takes what a run gave.</summary>
    internal void Store(ModelRun run, EmbeddingMatrix vectors)
    {
        for (var i = 0; i < vectors.Rows; i++)
        {
            run.Into.Put(run.Rows[i] - Block.First, vectors.Row(i));
        }

        _unfinished -= vectors.Rows;
        _done += vectors.Rows;
    }

    /// <summary>Gives rows whose image or text equals that of an earlier row the earlier row's vector.</summary>
    /// <param name="earlier">Reads the image (true) or text vector of a row of an earlier block.</param>
    internal void FillEqual(Func<int, bool, float[]> earlier)
    {
        for (var i = 0; i < Block.Count; i++)
        {
            var row = Block.First + i;
            if (_images is not null && Block.Reasons[i] is null && _imageOwners[i] != row)
            {
                Copy(Block.Image, i, _imageOwners[i], images: true);
            }

            if (_texts is not null)
            {
                var owner = _texts.OwnerOf(row);
                Block.Truncated[i] = _texts.IsTruncated(owner);
                if (owner != row)
                {
                    Copy(Block.Text, i, owner, images: false);
                }
            }
        }

        void Copy(BlockVectors vectors, int index, int owner, bool images) =>
            vectors.Put(index, owner >= Block.First ? vectors.Row(owner - Block.First) : earlier(owner, images));
    }

    private IEnumerable<int> OwnTexts() => Enumerable.Range(Block.First, Block.Count).Where(row => _texts!.OwnerOf(row) == row);
}

/// <summary>One run of a model.</summary>
/// <param name="Into">Where the vectors go.</param>
/// <param name="Rows">The rows they belong to.</param>
/// <param name="Encode">Runs the model.</param>
internal sealed record ModelRun(BlockVectors Into, int[] Rows, Func<EmbeddingMatrix> Encode);
