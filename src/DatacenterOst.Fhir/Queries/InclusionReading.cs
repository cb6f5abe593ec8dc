namespace DatacenterOst.Fhir.Queries;

/// <summary>Reads <c>_include</c> and <c>_revinclude</c> (FHIR R4, 3.1.1.5.4).</summary>
internal sealed class InclusionReading(SearchParameters known, string name)
{
    public Inclusion Read(string value)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var kind = name.StartsWith("_rev", StringComparison.Ordinal) ? InclusionKind.Reverse : InclusionKind.Forward;
        // ":recurse" is what DSTU2 and STU3 called it.
        var iterates = (colon < 0 ? "" : name[colon..]) switch { "" => false, ":iterate" or ":recurse" => true, var other => throw Wrong($"'{other}' is no modifier of an inclusion; it may have :iterate") };
        var parts = value.Split(':');
        if (parts is ["*"] or ["*", "*"]) return kind == InclusionKind.Forward ? new Inclusion(kind, null, null, null) { Iterates = iterates } : throw Wrong($"'_revinclude={value}' would be the whole record; name the type and its parameter, such as Provenance:target");
        if (parts is not ([_, _] or [_, _, _])) throw Wrong($"'{value}' is written Type:parameter or Type:parameter:Target, such as Observation:patient");
        return Named(kind, parts[0], parts[1], parts.Length > 2 && parts[2].Length > 0 ? parts[2] : null) with { Iterates = iterates };
    }

    private Inclusion Named(InclusionKind kind, string source, string code, string? target)
    {
        Check(source);
        if (target is not null) Check(target);
        if (code == "*") return new Inclusion(kind, source, null, target);
        var parameter = known.Find(source, code);
        if (parameter is not { Type: SearchType.Reference })
            throw Wrong($"{source} has no reference '{code}'; near it are {QueryText.Nearest(code, known.Of(source).Where(p => p.Type == SearchType.Reference).Select(p => p.Code))}");
        var targets = known.TargetsOf(source, parameter);
        if (target is not null && targets.Count > 0 && !targets.Contains(target)) throw Wrong($"'{code}' of {source} does not refer to {target}, but to {string.Join(", ", targets)}");
        return new Inclusion(kind, source, parameter, target);
    }

    private void Check(string type)
    {
        if (!FhirDefinitions.IsResourceType(type)) throw Wrong($"'{type}' is not a resource type of FHIR R4; did you mean {QueryText.Nearest(type, FhirDefinitions.ResourceTypes)}?");
    }

    private SearchException Wrong(string message) => new(message, name);
}
