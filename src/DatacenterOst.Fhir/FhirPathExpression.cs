using DatacenterOst.Fhir.Paths;

namespace DatacenterOst.Fhir;

/// <summary>
/// A FHIRPath expression (Normative Release 1 with the additions of FHIR R4), parsed once and evaluated as often as needed, from any
/// thread. Steps, depth and number of values are bounded; beyond the bounds comes a <see cref="FhirPathException"/>.
/// </summary>
public sealed class FhirPathExpression
{
    private readonly PathNode root;
    private Evaluation? spare;

    private FhirPathExpression(string text, PathNode root) => (Text, this.root) = (text, root);

    /// <summary>The expression as written.</summary>
    public string Text { get; }

    internal PathNode Root => root;

    /// <summary>Parses; throws <see cref="FhirPathException"/> with the position of what is wrong.</summary>
    public static FhirPathExpression Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new FhirPathExpression(text, PathParser.Parse(text));
    }

    /// <summary>
    /// Checks that every element the expression names can exist in the type it begins with; throws <see cref="FhirPathException"/> at the first that cannot.
    /// </summary>
    public void CheckAgainst(string typeName) => PathTypes.Check(root, typeName);

    /// <summary>The same expression without the branches of unions that begin with another resource type; what is left costs less.</summary>
    internal FhirPathExpression ForType(Definitions.TypeDefinition type) => new(Text, PathTypes.Prune(root, type) ?? root);

    /// <summary>All values, in order. The element is %context and $this.</summary>
    public IReadOnlyList<PathValue> Evaluate(Element context, PathEnvironment? environment = null) => Run(context, environment, static run => (IReadOnlyList<PathValue>)run.From(0).ToArray());

    /// <summary>Appends all values to a list, so that callers with many expressions need one list only.</summary>
    internal void Evaluate(Element context, PathEnvironment environment, List<PathValue> values)
    {
        var run = Begin(context, environment);
        foreach (ref readonly var value in run.From(0)) values.Add(value);
        End(run);
    }

    /// <summary>The first value; its kind is None where there is no value.</summary>
    public PathValue First(Element context, PathEnvironment? environment = null) => Run(context, environment, static run => run.Top > 0 ? run[0] : default);

    /// <summary>True only where the result is one true, or one value that is no boolean; empty and false are false.</summary>
    public bool IsTrue(Element context, PathEnvironment? environment = null) => Run(context, environment, static run => run.Top == 1 && (run[0].AsBoolean() ?? true));

    /// <summary>A short text for people; not meant to be read by programs.</summary>
    public override string ToString() => Text;

    private T Run<T>(Element context, PathEnvironment? environment, Func<Evaluation, T> take)
    {
        var run = Begin(context, environment ?? PathEnvironment.None);
        var result = take(run);
        End(run);
        return result;
    }

    private Evaluation Begin(Element context, PathEnvironment environment)
    {
        // The stack of the last evaluation is used again; an evaluation at the same time gets its own.
        var run = Interlocked.Exchange(ref spare, null) ?? new Evaluation();
        run.Begin(context, environment);
        run.Run(root, new Scope(PathValue.Of(context), 0, null));
        return run;
    }

    private void End(Evaluation run)
    {
        if (run.IsSmall) spare = run;
    }
}
