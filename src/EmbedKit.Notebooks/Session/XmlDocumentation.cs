using System.Globalization;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace EmbedKit.Notebooks.Session;

/// <summary>The documentation file beside an assembly, read when first asked for.</summary>
internal sealed class XmlDocumentation : DocumentationProvider
{
    private readonly string _path;
    private readonly Lazy<Dictionary<string, string>> _members;

    private XmlDocumentation(string path)
    {
        _path = path;
        _members = new(() => XDocument.Load(path).Descendants("member").GroupBy(m => (string?)m.Attribute("name") ?? "")
            .ToDictionary(g => g.Key, g => g.First().ToString()));
    }

    public override bool Equals(object? obj) => obj is XmlDocumentation other && other._path == _path;

    public override int GetHashCode() => _path.GetHashCode(StringComparison.Ordinal);

    internal static XmlDocumentation? BesideAssembly(string assembly)
    {
        var path = Path.ChangeExtension(assembly, ".xml");
        return File.Exists(path) ? new(path) : null;
    }

    protected override string GetDocumentationForSymbol(
        string documentationMemberID, CultureInfo preferredCulture, CancellationToken cancellationToken) =>
        _members.Value.GetValueOrDefault(documentationMemberID, "");
}
