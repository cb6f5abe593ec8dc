using DatacenterOst.Clinical;
using DatacenterOst.Sources;

namespace DatacenterOst.Cards;

/// <summary>Whether a prefetched resource is about the patient of the context. In doubt it is not.</summary>
internal sealed class AboutPatient(string patientId, Uri? fhirServer, IReadOnlySet<Identifier> identifiers)
{
    private readonly string _relative = $"Patient/{patientId}";

    private readonly string? _server = fhirServer?.AbsoluteUri.TrimEnd('/');

    /// <param name="fullUrl">Where the resource itself lives: the same server means the same patient ids.</param>
    public bool Is(RawPatient patient, string? fullUrl)
    {
        if (patient.Reference is not { } reference) return patient.Identifiers.Any(identifiers.Contains);
        if (reference == _relative) return true;
        if (!reference.EndsWith($"/{_relative}", StringComparison.Ordinal)) return false;

        // Another server's patient of the same id is another person.
        var server = reference[..^(_relative.Length + 1)];
        return server == _server || (_server is null && fullUrl is not null && fullUrl.StartsWith(server + "/", StringComparison.Ordinal));
    }
}
