namespace DatacenterOst.Fhir.Paths;

internal sealed partial class Evaluation
{
    /// <summary>The one value above start; an error where there are more.</summary>
    public PathValue Single(int start, PathNode node) => Top - start == 1 ? stack[start]
        : Top == start ? default : throw new FhirPathException($"One value is expected{(node.Name.Length > 0 ? $" by {node.Name}" : "")}, not {Top - start}; use first() or where()", node.Position);

    /// <summary>Runs an argument and takes its one value, as FHIRPath's own type, off the stack.</summary>
    public PathValue Value(PathNode node, in Scope scope)
    {
        var start = Top;
        Run(node, scope);
        var value = Single(start, node).ToSystem();
        Drop(start);
        return value;
    }

    /// <summary>Three-valued: null for an empty collection; any one value that is no boolean counts as true (FHIRPath N1, 4.5).</summary>
    public bool? Boolean(PathNode node, in Scope scope)
    {
        if (node.IsDecision) return Decision(node, scope);
        var start = Top;
        Run(node, scope);
        if (Top == start) return null;
        var value = Single(start, node).ToSystem();
        Drop(start);
        return value.Kind == PathKind.Boolean ? value.IsTrue : value.Kind == PathKind.None ? null : true;
    }

    /// <summary>As <see cref="Boolean"/>, for the condition of where(), all() and iif(): a number or a text there is a slip of the pen.</summary>
    public bool? Condition(PathNode node, in Scope scope)
    {
        if (node.IsDecision) return Decision(node, scope);
        var start = Top;
        Run(node, scope);
        if (Top == start) return null;
        var value = Single(start, node).ToSystem();
        Drop(start);
        return value.Kind switch
        {
            PathKind.Boolean => value.IsTrue,
            PathKind.None => null,
            // A single element counts as true.
            PathKind.Element => true,
            _ => throw new FhirPathException($"A condition must be true or false, not a {value.Kind}", node.Position),
        };
    }

    /// <summary>What a comparison, a logical operator or a function such as exists() says, without a value on the stack in between.</summary>
    private bool? Decision(PathNode node, in Scope scope)
    {
        Enter(node);
        var result = Decide(node, scope);
        depth--;
        return result;
    }

    public int? Integer(PathNode node, in Scope scope)
    {
        var value = Value(node, scope);
        return value.Kind switch
        {
            PathKind.None => null,
            PathKind.Integer => value.Index,
            _ => throw new FhirPathException($"A whole number is expected, not a {value.Kind}", node.Position),
        };
    }

    public string? Text(PathNode node, in Scope scope)
    {
        var value = Value(node, scope);
        return value.Kind switch
        {
            PathKind.None => null,
            PathKind.String => value.Text,
            _ => throw new FhirPathException($"A text is expected, not a {value.Kind}", node.Position),
        };
    }

    /// <summary>Runs an argument for its collection and takes it off the stack.</summary>
    public PathValue[] Collection(PathNode node, in Scope scope)
    {
        var start = Top;
        Run(node, scope);
        var values = From(start).ToArray();
        Drop(start);
        return values;
    }

    private void Variable(PathNode node, in Scope scope)
    {
        if (Environment.Variables.TryGetValue(node.Name, out var given)) { Push(given); return; }
        switch (node.Name)
        {
            case "context": Push(PathValue.Of(Context)); break;
            case "resource": Push(PathValue.Of(NearestResource())); break;
            case "rootResource": Push(PathValue.Of(Environment.RootResource.Exists ? Environment.RootResource : Context.Exists ? Context.Owner!.Root : default)); break;
            case "ucum": Push(PathValue.Of("http://unitsofmeasure.org")); break;
            case "sct": Push(PathValue.Of("http://snomed.info/sct")); break;
            case "loinc": Push(PathValue.Of("http://loinc.org")); break;
            case var name when name.StartsWith("vs-", StringComparison.Ordinal): Push(PathValue.Of("http://hl7.org/fhir/ValueSet/" + name[3..])); break;
            case var name when name.StartsWith("ext-", StringComparison.Ordinal): Push(PathValue.Of("http://hl7.org/fhir/StructureDefinition/" + name[4..])); break;
            default: throw new FhirPathException($"The variable %{node.Name} is not known", node.Position);
        }
    }

    /// <summary>The resource that holds the context: a contained one for what is inside it.</summary>
    private Element NearestResource()
    {
        if (!Context.Exists) return default;
        var owner = Context.Owner!;
        var nearest = 0;
        foreach (var index in ElementPath.Ancestors(owner, Context.Index))
            if (new Element(owner, index).Definition.IsResource) nearest = index;
        return new Element(owner, nearest);
    }
}
