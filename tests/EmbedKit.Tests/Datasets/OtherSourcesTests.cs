using System.IO.Compression;
using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Datasets;

public class OtherSourcesTests
{
    [Fact]
    public void MIMIC_CXR_JPG_is_multilabel_by_patient_with_reports_where_they_are()
    {
        using var mini = Mimic();
        var result = mini.Prepare("mimic-cxr-jpg");
        var table = result.Table;

        Assert.Equal(4, table.RowCount);
        Assert.Equal(["0", "1", "0", "0"], table["label_edema"]);
        Assert.Equal(["1", "0", "0", "0"], table["label_no_finding"]);
        Assert.Equal(["train", "train", "val", "test"], table["split"]);
        Assert.Equal(table["split"], table["split_published"]);
        Assert.Equal(["10000001", "10000001", "11000002", "12000003"], table["group_id"]);
        Assert.Equal("files/p10/p10000001/s50000001/d1.jpg", table["image_path"][0]);
        Assert.Equal("", table["image_path"][3]);
        Assert.Equal(1, result.RowsWithoutImage);
        Assert.Equal("FINAL REPORT\n FINDINGS: clear.\n IMPRESSION: none.", table["text_published"][0]);
        Assert.Equal("A chest radiograph, view AP, procedure CHEST (PORTABLE AP).", table["text"][0]);
        Assert.Equal([(1, "no findings or no split for the image")], result.Exclusions);
        Assert.Contains("1 cell is uncertain", mini.Card, StringComparison.Ordinal);
        Assert.DoesNotContain("report", table.ColumnNames);

        File.WriteAllText(mini["findings.txt"], "{findings}\n[findings]\nmissing = none told");
        Assert.Equal(
            ["clear.", "none told", "none told", "none told"],
            mini.Prepare("mimic-cxr-jpg", o => o with { Prompt = mini["findings.txt"] }).Table["text"]);
    }

    [Fact]
    public void Recipes5k_keeps_its_own_split_and_reads_ingredients_by_line()
    {
        using var mini = new Miniature();
        string[] images = ["onion_rings/a.jpg", "onion_rings/b.jpg", "apple_pie/c.jpg", "apple_pie/d.jpg"];
        mini.Images(images.Select(i => $"images/{i}"));
        Directory.CreateDirectory(mini["annotations"]);
        File.WriteAllText(mini["annotations/ingredients_Recipes5k.txt"], "onion,flour\nonion,oil\napple,sugar\napple,butter\n");
        foreach (var (split, lines) in new[] { ("train", new[] { 3, 0 }), ("val", [1]), ("test", [2]) })
        {
            File.WriteAllLines(mini[$"annotations/{split}_images.txt"], lines.Select(l => images[l]));
            File.WriteAllLines(mini[$"annotations/{split}_labels.txt"], lines.Select(l => $"{l}"));
        }

        var table = mini.Prepare("recipes5k").Table;
        Assert.Equal(images, table["image_id"]);
        Assert.Equal(["onion,flour", "onion,oil", "apple,sugar", "apple,butter"], table["text"]);
        Assert.Equal(["train", "val", "test", "train"], table["split_published"]);
        Assert.Equal(["onion_rings", "onion_rings", "apple_pie", "apple_pie"], table["label_dish"]);
        Assert.Equal("images/onion_rings/a.jpg", table["image_path"][0]);

        File.WriteAllText(mini["annotations/test_labels.txt"], "9\n");
        Assert.Contains(
            "test_labels.txt line 1: '9'", Assert.Throws<InputException>(() => mini.Prepare("recipes5k")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_table_is_prepared_by_a_mapping()
    {
        using var mini = new Miniature();
        File.WriteAllText(
            mini["t.csv"],
            "\uFEFFbild;alter;ort;befund;patient;teil\n"
                + string.Concat(
                    Enumerable.Range(0, 40)
                        .Select(i => $"{i:000};{i},5;\"am\nArm\";{(i % 2 == 0 ? "ja" : "nein")};p{i / 2};{(i < 30 ? "train" : "test")}\n")));
        File.WriteAllText(
            mini["mapping.json"],
            """{"table":"t.csv","id":"bild","text":["alter","ort"],"labels":["befund"],"group":"patient","split":"teil","images":["fotos"],"licence":"CC0"}""");
        mini.Images(Enumerable.Range(0, 40).Select(i => $"fotos/{i}.PNG"));
        var result = mini.Prepare("csv");
        var table = result.Table;

        Assert.Equal(
            ["image_id", "image_path", "text", "label_befund", "group_id", "split", "split_published", "alter", "ort", "patient"], table.ColumnNames);
        Assert.Equal("alter: 0,5. ort: am\nArm.", table["text"][0]);
        Assert.Equal("fotos/7.PNG", table["image_path"][7]);
        Assert.Equal(table["split"], table["split_published"]);
        Assert.Contains("CC0", mini.Card, StringComparison.Ordinal);
        Assert.Contains(result.Notes, n => n.StartsWith("40 image names match", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"table":"../t.csv","id":"a","text":["a"],"labels":["a"]}""", "'../t.csv' leads out of")]
    [InlineData("""{"table":"t.csv","id":"a","text":["a"],"labels":["a"],"lables":[]}""", "'lables'")]
    [InlineData("""{"table":"t.csv","id":"a","text":["a"]}""", "'labels'")]
    [InlineData("""{"table":"t.csv","id":"a","text":["b"],"labels":["c"],"images":["/etc"]}""", "'/etc' leads out of")]
    [InlineData("not json", "expected a mapping such as {\"table\"")]
    public void A_mapping_that_is_wrong_is_named(string mapping, string message)
    {
        using var mini = new Miniature();
        File.WriteAllText(mini["t.csv"], "a,b,c\n1,2,3\n");
        File.WriteAllText(mini["mapping.json"], mapping);
        Assert.Contains(message, Assert.Throws<InputException>(() => mini.Prepare("csv")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_is_missing_stays_empty_and_is_said()
    {
        using var mini = new Miniature();
        File.WriteAllText(
            mini["t.csv"],
            "id,t,u,y\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"i{i},{(i < 3 ? (string[])["", "NA", " "] : ["a text"])[i < 3 ? i : 0]},,{i % 2}\n")));
        List<string> notes = [];
        InputNotes.Listen(notes.Add);
        File.WriteAllText(mini["mapping.json"], """{"table":"t.csv","id":"id","text":["t"],"labels":["y"]}""");
        Assert.Equal(["", "", " ", "a text"], mini.Prepare("csv").Table["text"][..4]);
        Assert.Contains("t.csv: the text is missing in 3 rows; embed will ask to fill it in or leave the row out.", notes);
        File.WriteAllText(mini["mapping.json"], """{"table":"t.csv","id":"id","text":["t","u"],"labels":["y"]}""");
        Assert.Equal("t: not reported. u: not reported.", mini.Prepare("csv").Table["text"][0]);
    }

    [Fact]
    public void A_given_split_that_cuts_groups_is_kept_as_published_and_drawn_anew()
    {
        using var mini = new Miniature();
        File.WriteAllText(
            mini["t.csv"],
            "id,t,y,g,s\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"i{i},x,{i % 3},g{i / 2},{(i % 2 == 0 ? "train" : "test")}\n")));
        File.WriteAllText(mini["mapping.json"], """{"table":"t.csv","id":"id","text":["t"],"labels":["y"],"group":"g","split":"s"}""");
        var result = mini.Prepare("csv");
        Assert.Equal(30, result.Table["split_published"].Count(s => s == "test"));
        Assert.All(result.Table["group_id"].Zip(result.Table["split"]).GroupBy(r => r.First), g => Assert.Single(g.Select(r => r.Second).Distinct()));
        Assert.Contains(result.Notes, n => n.Contains("cuts 30 groups", StringComparison.Ordinal));
    }

    /// <summary>Five images of four studies, one without findings; packed tables; a report and an image missing.</summary>
    private static Miniature Mimic()
    {
        var mini = new Miniature();
        void Packed(string name, string text)
        {
            using var file = new GZipStream(File.Create(mini[$"mimic-cxr-2.0.0-{name}.csv.gz"]), CompressionLevel.Fastest);
            file.Write(System.Text.Encoding.UTF8.GetBytes(text));
        }

        Packed(
            "chexpert",
            "subject_id,study_id,Edema,No "
                + "Finding\n10000001,50000001,,1.0\n10000001,50000002,1.0,\n11000002,50000003,-1.0,\n12000003,50000004,0.0,\n");
        Packed(
            "metadata",
            "dicom_id,subject_id,study_id,PerformedProcedureStepDescription,ViewPosition\n"
                + string.Concat(
                    new[] { "d1,10000001,50000001", "d2,10000001,50000002", "d3,11000002,50000003", "d4,12000003,50000004", "d5,13000004,50000005" }
            .Select(r => $"{r},CHEST (PORTABLE AP),AP\n")));
        Packed(
            "split",
            "dicom_id,study_id,subject_id,split\nd1,50000001,10000001,train\nd2,50000002,10000001,train\nd3,50000003,11000002,validate\nd4,50000004,12000003,test\nd5,50000005,13000004,train\n");
        mini.Images(["files/p10/p10000001/s50000001/d1.jpg", "files/p10/p10000001/s50000002/d2.jpg", "files/p11/p11000002/s50000003/d3.jpg"]);
        File.WriteAllText(mini["files/p10/p10000001/s50000001.txt"], "FINAL REPORT\n FINDINGS: clear.\n IMPRESSION: none.\n");
        return mini;
    }
}
