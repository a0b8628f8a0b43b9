using Microsoft.CodeAnalysis;

namespace EmbedKit.Notebooks.Session;

/// <summary>The compiler calls itself once a level of nesting, and a stack that overflows ends the process: code that nests too deeply is
/// refused.</summary>
internal static class CodeDepth
{
    private const int Most = 1000;

    /// <summary>Whether brackets nest so deeply that parsing alone would take its time; those in strings count as well.</summary>
    internal static bool IsHopeless(string code)
    {
        var depth = 0;
        foreach (var character in code)
        {
            depth = character is '(' or '[' or '{' ? depth + 1 : character is ')' or ']' or '}' ? Math.Max(0, depth - 1) : depth;
            if (depth > Most)
            {
                return true;
            }
        }

        return false;
    }

    /// <exception cref="CellException">Its brackets nest more than 1,000 deep.</exception>
    internal static void Check(string code, int line)
    {
        if (IsHopeless(code))
        {
            throw TooDeep(line);
        }
    }

    /// <exception cref="CellException">It nests more than 1,000 deep.</exception>
    internal static void Check(SyntaxNode root, int line)
    {
        var open = new Stack<(SyntaxNode Node, int Depth)>([(root, 0)]);
        while (open.TryPop(out var next))
        {
            if (next.Depth > Most)
            {
                throw TooDeep(line);
            }

            foreach (var child in next.Node.ChildNodes())
            {
                open.Push((child, next.Depth + 1));
            }
        }
    }

    private static CellException TooDeep(int line) => new("CodeTooDeep", $"The code nests more than {Most} levels deep; expected less.", line);
}
