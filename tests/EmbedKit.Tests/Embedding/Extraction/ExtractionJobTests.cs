using EmbedKit.Data;
using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Extraction;
using EmbedKit.Embedding.Images;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Embedding.Extraction;

public sealed class ExtractionJobTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly MiniDataset _data;

    public ExtractionJobTests() => _data = new(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_row_gets_the_embedding_of_its_own_image_and_text()
    {
        var result = Run();
        Assert.Equal(_data.Ids, result.Embeddings.Ids);
        Assert.Empty(result.Skipped);
        using var image = new OnnxImageEncoder(Model("clip"));
        using var text = new OnnxTextEncoder(Model("clip"));
        for (var row = 0; row < MiniDataset.Rows; row++)
        {
            var pixels = image.Preprocessor.Process(new ImageDecoder().Read(_data.ImageOf(row)));
            Assert.Equal(pixels, result.Embeddings.Image!.Row(row).ToArray());
            var tokens = text.Tokenizer.Encode(result.Embeddings.Table["text"][row]);
            Assert.Equal(text.Encode([tokens]).Values, result.Embeddings.Text!.Row(row).ToArray());
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(8, 4)]
    [InlineData(5, 2)]
    [InlineData(100, 3)]
    public void Batch_size_and_threads_do_not_change_the_result(int batch, int threads)
    {
        File.WriteAllText(_data.ImageOf(4), "broken");
        var expected = Run("dino", "llama").Embeddings;
        var actual = Run("dino", "llama", new() { BatchSize = batch, Threads = threads }, threads).Embeddings;
        Assert.Equal(expected.Ids, actual.Ids);
        Assert.Equal(expected.Image!.Values, actual.Image!.Values);
        Assert.Equal(expected.Text!.Values, actual.Text!.Values);
        Assert.Equal(expected.Provenance, actual.Provenance);
    }

    [Fact]
    public void Metadata_and_provenance_are_carried()
    {
        var set = Run("dino", "llama").Embeddings;
        Assert.Equal("n11", set.Table["note"][11]);
        Assert.Equal((8, "g5"), (set.RowsOf(Split.Train).Length, set.Groups![11]));
        Assert.Equal(("dino", "llama", "class token", "mask-weighted mean", "fp32", "0", "40"), (
            set.Provenance["image_model"], set.Provenance["text_model"], set.Provenance["image_pooling"], set.Provenance["text_pooling"],
            set.Provenance["precision"], set.Provenance["truncated_texts"], set.Provenance["text_context"]));
        Assert.Equal(ModelHashes.Of(_data.Labels), set.Provenance["labels_sha256"]);
        Assert.Contains("resize shortest edge 4 Bicubic", set.Provenance["image_preprocessing"], StringComparison.Ordinal);
        Assert.Contains("OnnxRuntime 1.", set.Provenance["runtime"], StringComparison.Ordinal);
        Assert.Equal(("last_hidden_state", "last_hidden_state"), (set.Provenance["image_output"], set.Provenance["text_output"]));
    }

    [Fact]
    public void Unreadable_images_are_skipped_and_listed()
    {
        File.WriteAllBytes(_data.ImageOf(0), []);
        File.WriteAllText(_data.ImageOf(5), "no image");
        File.Delete(_data.ImageOf(11));
        var notes = new List<string>();
        var result = Run(progress: new Collect(notes));
        Assert.Equal(_data.Ids.Where((_, i) => i is not (0 or 5 or 11)), result.Embeddings.Ids);
        Assert.Equal([2, 7, 13], result.Skipped.Select(s => s.FileRow));
        Assert.Equal(["i0.png", "i5", "i11"], result.Skipped.Select(s => s.ImageId));
        Assert.Contains("empty file", result.Skipped[0].Reason, StringComparison.Ordinal);
        Assert.Contains("no such file", result.Skipped[2].Reason, StringComparison.Ordinal);
        Assert.All(result.Skipped, s => Assert.DoesNotContain(_folder, s.Reason, StringComparison.Ordinal));
        Assert.Equal((3, "3"), (notes.Count, result.Embeddings.Provenance["skipped_images"]));
    }

    [Fact]
    public void Fail_fast_ends_at_the_first_unreadable_image()
    {
        File.WriteAllText(_data.ImageOf(5), "no image");
        AssertError(() => Run(options: new() { FailFast = true }), "labels.csv row 7 (i5): i5.png: not a readable image");
    }

    [Fact]
    public void Without_any_readable_image_there_is_no_result()
    {
        Directory.Delete(_data.Images, recursive: true);
        AssertError(() => Run(), "images: no such folder");
        Directory.CreateDirectory(_data.Images);
        AssertError(() => Run(), "none of its 12 images");
    }

    [Theory]
    [InlineData("../labels.csv")]
    [InlineData("/etc/hostname")]
    [InlineData("sub/../../labels.csv")]
    public void An_id_does_not_lead_out_of_the_folder(string id)
    {
        _data.Ids[2] = id;
        _data.Write();
        AssertError(() => Run(), $"labels.csv row 4: image_id '{id}' leads out of the image folder");
    }

    [Fact]
    public void A_text_longer_than_the_context_is_cut_and_counted()
    {
        _data.Write(t => t.With("text", [.. t["text"].Select((text, i) => i % 6 == 0 ? string.Join(' ', Enumerable.Repeat("nevus", 40)) : text)]));
        var result = Run();
        Assert.Equal((2, "2"), (result.TruncatedTexts, result.Embeddings.Provenance["truncated_texts"]));
        AssertError(() => Run(options: new() { FailFast = true }), "labels.csv row 2 (i0.png): 'text' has 42 tokens; clip takes 12");
    }

    [Fact]
    public void Another_column_can_be_embedded()
    {
        _data.Write(t => t.With("text_published", [.. t["text"].Reverse()]));
        var published = Run("dino", "llama", new() { TextColumn = "text_published" }).Embeddings;
        Assert.Equal(Run("dino", "llama").Embeddings.Text!.Row(0).ToArray(), published.Text!.Row(11).ToArray());
        Assert.Equal("text_published", published.Provenance["text_column"]);
        AssertError(() => Run(options: new() { TextColumn = "text_publishd" }), "did you mean text_published");
    }

    [Fact]
    public void An_empty_text_is_an_error_that_names_the_row()
    {
        _data.Write(t => t.With("text", [.. t["text"].Select((text, i) => i == 9 ? " " : text)]));
        AssertError(() => Run(), "labels.csv row 11 (i9.png): 'text' is empty");
        _data.Write(t => t.With("text", [.. t["text"].Select((text, i) => i == 9 ? "\u200B" : text)]));
        AssertError(() => Run(), "labels.csv row 11 (i9.png): 'text' is empty");
    }

    [Fact]
    public void A_mark_for_a_missing_text_is_embedded_and_said()
    {
        _data.Write(t => t.With("text", [.. t["text"].Select((text, i) => i == 9 ? "NA" : text)]));
        List<string> notes = [];
        InputNotes.Listen(notes.Add);
        Assert.Equal(12, Run("dino", "llama").Embeddings.Count);
        Assert.Contains("labels.csv: 'text' holds a mark for what is missing, such as NA, in 1 row: embedded as it stands.", notes);
    }

    [Fact]
    public void A_model_that_gives_no_numbers_ends_the_run_at_the_row()
    {
        TinyModels.WriteDino(Path.Combine(_folder, "broken"), notANumber: true);
        AssertError(() => Run("broken", null), "labels.csv row 2 (i0.png): broken gives NaN in its image embedding");
    }

    [Fact]
    public void One_modality_is_enough_but_none_is_not()
    {
        Assert.Null(Run("dino", null).Embeddings.Text);
        Assert.Null(Run(null, "llama").Embeddings.Image);
        Assert.Throws<InputException>(() => new ExtractionJob(null, null));
        Assert.Throws<InputException>(() => Run(options: new() { BatchSize = 0 }));
    }

    [Fact]
    public void A_cancelled_job_stops()
    {
        Assert.ThrowsAny<OperationCanceledException>(() => Run(cancelled: true));
    }

    [Fact]
    public void The_list_of_skipped_images_keeps_what_it_says_of_other_files()
    {
        SkippedImage one = new(2, "a", "broken, as \"ever\""), other = new(3, "b", "gone");
        string At(string file) => Path.Combine(_folder, file);
        Assert.Equal(At("skipped.csv"), SkippedImage.Write(At("one.csv"), [one]));
        SkippedImage.Write(At("two.csv"), [other]);
        SkippedImage.Write(At("two.csv"), [other]);
        Assert.Equal(["one.csv", "two.csv"], TextTable.Read(At("skipped.csv"))["embeddings"]);
        Assert.Equal(one.Reason, TextTable.Read(At("skipped.csv"))["reason"][0]);
        Assert.Null(SkippedImage.Write(At("one.csv"), []));
        Assert.Equal(["two.csv"], TextTable.Read(At("skipped.csv"))["embeddings"]);
        SkippedImage.Write(At("two.csv"), []);
        Assert.False(File.Exists(At("skipped.csv")));
    }

    [Fact]
    public void A_file_of_somebody_that_has_the_name_of_that_list_is_never_touched()
    {
        string At(string file) => Path.Combine(_folder, file);
        File.WriteAllText(At("skipped.csv"), "lesson,reason\n1,ill\n");
        foreach (var output in (string[])["one.csv", "skipped.csv"])
        {
            Assert.Contains(
                "skipped", Assert.Throws<InputException>(() => SkippedImage.CheckPlace(At(output), null)).Message, StringComparison.Ordinal);
        }

        Assert.Throws<InputException>(() => SkippedImage.Write(At("one.csv"), []));
        Assert.Equal("lesson,reason\n1,ill\n", File.ReadAllText(At("skipped.csv")));
        SkippedImage.CheckPlace(At("one.csv"), RowShard.Parse("1/2"));
    }

    private ModelFolder Model(string name)
    {
        var folder = Path.Combine(_folder, name);
        _ = Directory.Exists(folder) ? folder
            : name == "clip" ? TinyModels.WriteClip(folder)
            : name == "dino" ? TinyModels.WriteDino(folder)
            : TinyModels.WriteLlama(folder);
        return ModelFolder.Open(folder);
    }

    private ExtractionResult Run(
        string? image = "clip",
        string? text = "clip",
        ExtractionOptions? options = null,
        int threads = 1,
        IProgress<JobProgress>? progress = null,
        bool cancelled = false)
    {
        var cancellation = cancelled ? new CancellationToken(canceled: true) : TestContext.Current.CancellationToken;
        using var images = image is null ? null : new OnnxImageEncoder(Model(image), new() { Threads = threads });
        using var texts = text is null ? null : new OnnxTextEncoder(Model(text), new() { Threads = threads });
        return new ExtractionJob(images, texts, options).Run(_data.Labels, image is null ? null : _data.Images, progress, cancellation);
    }

    private static void AssertError(Func<object> run, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(run).Message, StringComparison.Ordinal);

    private sealed class Collect(List<string> notes) : IProgress<JobProgress>
    {
        public void Report(JobProgress value)
        {
            if (value.Note is { } note)
            {
                notes.Add(note);
            }
        }
    }
}
