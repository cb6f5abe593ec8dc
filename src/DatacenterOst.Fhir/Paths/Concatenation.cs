using System.Runtime.CompilerServices;
using System.Text;

namespace DatacenterOst.Fhir.Paths;

/// <summary>The operator &amp;: texts one after the other, nothing counting as an empty text (FHIRPath N1, 6.6.8). A whole chain makes one string.</summary>
internal static class Concatenation
{
    // Most names, codes and identifiers; longer texts take a string of their own.
    private const int ShortText = 128;

    public static void Run(Evaluation run, PathNode node, in Scope scope)
    {
        var start = run.Top;
        var joined = new DefaultInterpolatedStringHandler(0, 0, null, stackalloc char[2 * ShortText]);
        Span<char> buffer = stackalloc char[ShortText];
        foreach (var part in node.Arguments)
        {
            if (part.Op == PathOp.Constant)
            {
                Append(ref joined, part.Constant, buffer, node);
                continue;
            }
            run.Run(part, scope);
            if (run.Top - start > 1) throw new FhirPathException($"The operator takes one value on each side, not {run.Top - start}; use first() or where()", node.Position);
            if (run.Top > start) Append(ref joined, run[start], buffer, node);
            run.Drop(start);
        }
        run.Push(PathValue.Of(joined.ToStringAndClear()));
    }

    private static void Append(ref DefaultInterpolatedStringHandler joined, in PathValue value, Span<char> buffer, PathNode node)
    {
        if (Equality.TextOf(value, out var element) && element.Utf8 is { Length: <= ShortText } utf8)
        {
            joined.AppendFormatted((ReadOnlySpan<char>)buffer[..Encoding.UTF8.GetChars(utf8, buffer)]);
            return;
        }
        var system = value.ToSystem();
        if (system.Kind == PathKind.String) joined.AppendLiteral(system.Text);
        else if (system.Kind != PathKind.None) throw new FhirPathException($"'&' joins texts, not a {system.Kind}; use toString()", node.Position);
    }
}
