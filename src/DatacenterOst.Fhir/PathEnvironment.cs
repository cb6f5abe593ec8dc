namespace DatacenterOst.Fhir;

/// <summary>What an expression may ask of its surroundings. Immutable; one may serve any number of evaluations.</summary>
public sealed record PathEnvironment
{
    /// <summary>No surroundings: references are resolved inside the resource only.</summary>
    public static PathEnvironment None { get; } = new();

    /// <summary>The clock of now(), today() and timeOfDay().</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Environment variables by name without the %.</summary>
    public IReadOnlyDictionary<string, PathValue> Variables { get; init; } = new Dictionary<string, PathValue>();

    /// <summary>Finds the resource that a reference names, for resolve(); null where it is not known.</summary>
    public Func<string, Resource?>? Resolve { get; init; }

    /// <summary>Lets resolve() answer with an empty resource of the referenced type where the resource itself is not at hand, for "resolve() is Patient".</summary>
    public bool ResolveToStubs { get; init; }

    /// <summary>Is the code (system or null, code) in the value set? Null where the value set is not known. For memberOf(); by default the specification's own value sets.</summary>
    public Func<string, string?, string, bool?>? MemberOf { get; init; }

    /// <summary>Does the element conform to the profile? Null where the profile is not known. For conformsTo().</summary>
    public Func<Element, string, bool?>? ConformsTo { get; init; }

    /// <summary>Called by trace() with its name and what it saw.</summary>
    public Action<string, IReadOnlyList<PathValue>>? Trace { get; init; }

    /// <summary>The resource that contains the one being evaluated, for %rootResource; by default the resource itself.</summary>
    public Element RootResource { get; init; }
}
