using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Search;

/// <summary>References, canonicals and uris that point at resources (FHIR R4, 3.1.1.4.12).</summary>
internal static class ReferenceValues
{
    public static void Add(List<SearchValue> values, SearchParameter parameter, in PathValue found)
    {
        var element = found.Element;
        if (!element.Exists) return;
        if (element.TypeName != "Reference")
        {
            if (element.AsString() is { } uri) values.Add(Literal(parameter, uri));
            return;
        }
        var identifier = element["identifier"];
        var reference = element["reference"].AsString();
        // A contained resource has no address that a search could name.
        if (reference is null || reference.StartsWith('#'))
        {
            if (identifier["value"].Exists) values.Add(WithIdentifier(new ReferenceValue(parameter, element["type"].AsString(), null, null), identifier));
            return;
        }
        values.Add(WithIdentifier(Literal(parameter, reference), identifier));
    }

    /// <summary>"Patient/1", "Patient/1/_history/2", "http://example.org/fhir/Patient/1", "urn:uuid:…", "http://…/Questionnaire/x|1.0".</summary>
    public static ReferenceValue Literal(SearchParameter parameter, string reference)
    {
        var parts = reference.Split('/');
        var version = parts is [.., "_history", var v] ? v : null;
        if (version is not null) parts = parts[..^2];
        if (parts.Length < 2 || reference.Contains('|', StringComparison.Ordinal) || reference.StartsWith("urn:", StringComparison.Ordinal) || Structures.Current.Type(parts[^2]) is not { IsResource: true, IsAbstract: false })
            return new ReferenceValue(parameter, null, null, reference);
        return new ReferenceValue(parameter, parts[^2], parts[^1], null) { Base = parts.Length > 2 ? string.Join('/', parts[..^2]) : null, Version = version };
    }

    private static ReferenceValue WithIdentifier(ReferenceValue value, Element identifier) =>
        identifier.Exists ? value with { IdentifierSystem = identifier["system"].AsString(), IdentifierValue = identifier["value"].AsString() } : value;
}
