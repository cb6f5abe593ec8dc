using DatacenterOst.Normalise;
using DatacenterOst.Sources;

namespace DatacenterOst.Server;

/// <summary>Reads kept records again through the profiles and maps of now, each profile loaded once.</summary>
public sealed class ReplayReading(DataCentre centre)
{
    private readonly Dictionary<string, (ISource Source, Normaliser Normaliser)> profiles = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<NormalRecord>> Read(Store.KeptRecord kept, CancellationToken cancellationToken)
    {
        var (source, normaliser) = Profile(kept.Profile);
        var records = new List<NormalRecord>();
        await foreach (var record in source.ReadAgain(new EarlierRecord(kept.Bytes, kept.Context, kept.Place), cancellationToken))
            records.Add(normaliser.Normalise(record, kept.ReceivedAt));
        return records;
    }

    private (ISource Source, Normaliser Normaliser) Profile(string id)
    {
        if (!profiles.TryGetValue(id, out var known))
        {
            var profile = id == Fhir.FhirWriting.ProfileId ? Fhir.FhirWriting.Profile : centre.Profile(id);
            profiles[id] = known = (SourceProfiles.SourceOf(profile), centre.Normaliser(profile));
        }

        return known;
    }
}
