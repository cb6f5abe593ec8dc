namespace DatacenterOst.Fhir.Queries;

/// <summary>Comparisons of references (FHIR R4, 3.1.1.4.12).</summary>
internal static class ReferenceMatching
{
    /// <summary>
    /// Type and id name a resource of this server: a reference with the address of another server is another resource, even with the
    /// same id. An address names what has it; a canonical one without a version, any version.
    /// </summary>
    public static bool Matches(ReferenceOperand asked, ReferenceValue found)
    {
        if (asked.Url is not { } url) return found.Base is null && found.Id is { } id && id == asked.Id && (asked.Type is null || asked.Type == found.Type);
        if (found.Url is { } address) return address == url || (!url.Contains('|', StringComparison.Ordinal) && address.StartsWith(url, StringComparison.Ordinal) && address.Length > url.Length && address[url.Length] == '|');
        return found.Base is { } foundBase && url == $"{foundBase}/{found.Type}/{found.Id}";
    }
}
