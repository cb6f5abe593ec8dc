using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Paths;

internal sealed partial class PathParser
{
    private PathNode Invocation(PathNode? target)
    {
        var token = Current;
        // Operator words may be element names after a dot: "ValueSet.expansion.contains".
        if (token.Kind == PathTokenKind.Symbol && token.Text.StartsWith('$')) return Bracketed(token);
        if (token.Kind is not (PathTokenKind.Identifier or PathTokenKind.Delimited)) throw Unexpected();
        if (target is null && token.Kind == PathTokenKind.Identifier && Operator(token.Text) is not null && !NextIs("(") && token.Text is not ("contains" or "in" or "is" or "as")) throw Unexpected();
        Take();
        if (IsSymbol("(")) return Call(target, token);
        var first = target is null && token.Text.Length > 0 && char.IsAsciiLetterUpper(token.Text[0]) ? Structures.Current.Type(token.Text) : null;
        return new PathNode { Op = PathOp.Member, Position = token.Position, Target = target, Name = token.Text, NameId = Structures.Current.NameId(token.Text), First = first };
    }

    private PathNode Call(PathNode? target, PathToken name)
    {
        Take();
        if (!PathFunctions.TryFind(name.Text, out var function)) throw new FhirPathException($"There is no function '{name.Text}'", name.Position);
        TypeName? type = null;
        var arguments = new List<PathNode>();
        if (name.Text is "is" or "as" or "ofType")
        {
            type = ReadType();
        }
        else if (!IsSymbol(")"))
        {
            do arguments.Add(Expression(0));
            while (TakeIf(","));
        }
        Expect(")");
        if (type is null && (arguments.Count < function.Least || arguments.Count > function.Most))
            throw new FhirPathException($"{name.Text}() takes {(function.Least == function.Most ? $"{function.Least}" : $"{function.Least} to {function.Most}")} arguments, not {arguments.Count}", name.Position);
        return new PathNode { Op = PathOp.Function, Position = name.Position, Target = target, Name = name.Text, Arguments = [.. arguments], Function = function.Run, Decision = function.Decide, Type = type };
    }

    private TypeName ReadType()
    {
        var first = Take();
        // HL7's search parameters also write is('Patient'); the text is the type's name.
        if (first.Kind is not (PathTokenKind.Identifier or PathTokenKind.Delimited or PathTokenKind.Text)) throw new FhirPathException("The name of a type is expected", first.Position);
        var name = first.Text;
        if (IsSymbol(".") && name is "System" or "FHIR")
        {
            Take();
            name += "." + Take().Text;
        }
        return new TypeName(name, first.Position);
    }

    private static PathNode Constant(PathValue value, PathToken token) => new(value) { Op = PathOp.Constant, Position = token.Position };

    private PathToken Take() => tokens[at < tokens.Count - 1 ? at++ : at];

    private bool IsSymbol(string text) => Current.Kind == PathTokenKind.Symbol && Current.Text == text;

    private bool NextIs(string text) => at + 1 < tokens.Count && tokens[at + 1] is { Kind: PathTokenKind.Symbol } next && next.Text == text;

    private bool TakeIf(string text)
    {
        if (!IsSymbol(text)) return false;
        Take();
        return true;
    }

    private void Expect(string text)
    {
        if (!TakeIf(text)) throw new FhirPathException(Current.Kind == PathTokenKind.End ? $"The expression ends too early; '{text}' is missing" : $"'{text}' is expected, not '{Current.Text}'", Current.Position);
    }

    private FhirPathException Unexpected() =>
        new(Current.Kind == PathTokenKind.End ? "The expression ends too early" : $"'{Current.Text}' is not expected here", Current.Position);
}
