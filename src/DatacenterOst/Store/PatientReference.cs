using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>FHIR references to patients, as identifiers of a system of our own.</summary>
public static class PatientReference
{
    /// <summary>System of the logical ids of Patient resources in this store's directory.</summary>
    public const string System = "urn:datacenter-ost:patient";

    /// <summary>Ids that the store gives to patients who came without one; a FHIR source may replace it by its own.</summary>
    public const string GivenPrefix = "ost-";

    /// <summary>
    /// <c>Patient/x</c> and <c>urn:uuid:x</c> name a patient of this store; a reference to another server keeps its
    /// address. Null for what names no patient.
    /// </summary>
    public static Identifier? Parse(string? reference)
    {
        var text = reference?.Trim() ?? "";
        var history = text.IndexOf("/_history/", StringComparison.Ordinal);
        text = history < 0 ? text : text[..history];
        if (text.StartsWith("Patient/", StringComparison.Ordinal))
        {
            return text.Length > 8 ? OfId(text[8..]) : null;
        }

        if (text.StartsWith("urn:uuid:", StringComparison.Ordinal))
        {
            return OfId(text[9..]);
        }

        return text.Contains("/Patient/", StringComparison.Ordinal) ? OfId(text) : null;
    }

    public static Identifier OfId(string id) => new(System, id);

    public static bool IsLocal(Identifier identifier) =>
        identifier.System == System && !identifier.Value.Contains('/', StringComparison.Ordinal);
}
