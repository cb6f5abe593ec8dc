namespace DatacenterOst.Sources.Hl7v2;

/// <summary>Who sent a message (MSH-3 application, MSH-4 facility), and the stable names of what only the sender knows.</summary>
internal sealed class Sender(Segment header, SourceProfile profile)
{
    private const string Urn = "urn:dost:v2:";

    public SourceProfile Profile => profile;

    /// <summary>For the identity of results: two laboratories may number their samples alike.</summary>
    public string Name { get; } = $"{NameOf(header[3])}|{NameOf(header[4])}";

    public string? SentAt { get; } = header[7].At(1);

    /// <summary>URI of a code system by its name in HL7 table 0396 or the sender's own; none means a local one, <c>L</c>.</summary>
    public string CodeSystem(string? name, string? oid)
    {
        if (name is not null && profile.CodeSystems.TryGetValue(name, out var uri))
            return uri;
        if (oid is not null)
            return "urn:oid:" + oid;
        return profile.CodeSystems.TryGetValue(name ?? "L", out uri) ? uri : Urn + Uri.EscapeDataString(name ?? "L");
    }

    /// <summary>
    /// URI of an assigning authority (HD: namespace, universal id, its type). An identifier without one belongs to the
    /// sender, so that the same number from two hospitals is never one patient.
    /// </summary>
    public string IdentifierSystem(Field authority)
    {
        var (name, universal, type) = (authority.Subcomponent(1).Value, authority.Subcomponent(2).Value, authority.Subcomponent(3).Value);
        if ((Known(name) ?? Known(universal)) is { } uri)
            return uri;
        if (universal is not null)
            return type?.ToUpperInvariant() switch
            {
                "ISO" => "urn:oid:" + universal,
                "UUID" or "GUID" => "urn:uuid:" + universal.ToLowerInvariant(),
                _ => Urn + Uri.EscapeDataString(universal),
            };
        if (name is not null)
            return Urn + Uri.EscapeDataString(name);
        return Urn + Uri.EscapeDataString(Name == "|" ? profile.Id : Name);
    }

    private string? Known(string? name) => name is not null && profile.IdentifierSystems.TryGetValue(name, out var uri) ? uri : null;

    private static string NameOf(Field hierarchic) => hierarchic.At(1) ?? hierarchic.At(2) ?? "";
}
