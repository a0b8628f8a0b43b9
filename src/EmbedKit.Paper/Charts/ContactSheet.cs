using System.Net;
using System.Text;
using EmbedKit.Runtime;

namespace EmbedKit.Charts;

/// <summary>Image files with captions, side by side, as HTML that needs no other file.</summary>
public static class ContactSheet
{
    /// <summary>The sheet, to be shown with <c>HTML(…)</c> in a notebook.</summary>
    /// <param name="images">JPEG or PNG files and what to write below each; the files are embedded as they are.</param>
    /// <param name="provenance">Where the images come from; stands below the sheet.</param>
    /// <param name="width">Pixels of one image, at least 16.</param>
    /// <exception cref="ArgumentException">The provenance is blank.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static string Html(IEnumerable<(string File, string Caption)> images, string provenance, int width = 150)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentException.ThrowIfNullOrWhiteSpace(provenance);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 16);
        var html = new StringBuilder("<div style=\"display:flex;flex-wrap:wrap;gap:14px\">\n");
        foreach (var (file, caption) in images)
        {
            var type = Path.GetExtension(file).Equals(".png", StringComparison.OrdinalIgnoreCase) ? "png" : "jpeg";
            var text = WebUtility.HtmlEncode(caption);
            html.Append($"<figure style=\"margin:0;width:{width}px\"><img alt=\"{text}\" style=\"width:100%;display:block;border-radius:4px\" ")
                .Append($"src=\"data:image/{type};base64,{Convert.ToBase64String(RegularFile.ReadBytes(file, "an image file"))}\">")
                .Append(
                    $"<figcaption style=\"font-size:.82em;line-height:1.35;padding-top:.35em;overflow-wrap:anywhere\">"
                        + $"{text}</figcaption></figure>\n");
        }

        return html.Append($"</div>\n<p style=\"font-size:.85em;opacity:.75\">{WebUtility.HtmlEncode(provenance)}</p>").ToString();
    }
}
