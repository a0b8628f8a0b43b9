using System.Globalization;
using EmbedKit.Notebooks.Dib;
using EmbedKit.Runtime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EmbedKit.Notebooks.Execution;

/// <summary>Puts the values of <see cref="NotebookRunOptions.Parameters"/> into a notebook, as a cell of their own.</summary>
internal static class NotebookParameters
{
    private const string Marker = "// parameters";

    internal static DibNotebook Inject(DibNotebook notebook, IReadOnlyDictionary<string, string> parameters)
    {
        if (parameters.Count == 0)
        {
            return notebook;
        }

        var cells = notebook.Cells.ToList();
        var declared = cells.FindIndex(c => c.IsCode && c.Content.Split('\n')[0].Trim().Equals(Marker, StringComparison.OrdinalIgnoreCase));
        var known = declared >= 0 ? Variables(cells[declared].Content) : [];
        var code = string.Join('\n', parameters.OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => $"{(known.Contains(p.Key) ? "" : "var ")}{Name(p.Key)} = {Literal(p.Value)};"));
        var at = declared >= 0 ? declared + 1 : Math.Max(cells.FindIndex(c => c.IsCode), 0);
        cells.Insert(at, new(DibKernels.CSharp, "// set from outside\n" + code));
        return notebook with { Cells = cells };
    }

    private static HashSet<string> Variables(string code) =>
        [.. CSharpSyntaxTree.ParseText(code, CSharpParseOptions.Default.WithKind(SourceCodeKind.Script)).GetRoot()
            .DescendantNodes().OfType<VariableDeclaratorSyntax>().Select(v => v.Identifier.ValueText)];

    private static string Name(string name) => SyntaxFacts.IsValidIdentifier(name) && SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None
        ? name
        : throw new InputException(
            $"--set {name}=…: '{name}' is no C# variable name; expected letters, digits and underscores, beginning with a letter.");

    private static string Literal(string value)
    {
        if (value is "true" or "false")
        {
            return value;
        }

        // Only what C# would print back the same way is taken for a number: 007 or 1_0 stay text.
        if (int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
            && integer.ToString(CultureInfo.InvariantCulture) == value)
        {
            return value;
        }

        return double.TryParse(
            value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture,
            out var number)
            && double.IsFinite(number) && !value.StartsWith('0') | value.StartsWith("0.", StringComparison.Ordinal)
            ? number.ToString("R", CultureInfo.InvariantCulture) + "d"
            : SymbolDisplay.FormatLiteral(value, quote: true);
    }
}
