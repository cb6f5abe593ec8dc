using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Normalise;
using DatacenterOst.Store.Kept;
using DatacenterOst.Store.Search;

namespace DatacenterOst.Store;

/// <summary>Decides for each resource of a batch which version it is, and takes the new ones down.</summary>
internal sealed class BatchResources(ResourceVersions versions, ResourceRows rows, Stamps stamps, SearchParameters parameters, int profile)
{
    public static (string Type, string Id) KeyOf(ItemInHand item) => (item.Resource!.TypeName, IdOf(item));

    /// <summary>Finds the version that an item is, or makes it a new one; refuses it when the resource is another patient's.</summary>
    public void Take(ItemInHand item)
    {
        var resource = item.Resource!;
        var key = KeyOf(item);
        var patient = item.Record.Patient.Value;
        if (versions.OwnerOf(key) is { } owner && owner != patient)
        {
            item.Refuse(new Rejection(
                RejectionReasons.PatientMismatch, item.Record.Arrival.Record.Raw.Place,
                $"the {key.Type} with this id is another patient's; correct its subject or its id at the source", "resource"));
            return;
        }

        var write = item.Record.Arrival.Write;
        var there = versions.Of(key, patient);
        if (write.Objection(there.LastOrDefault()) is { } objection)
        {
            item.Fail(objection);
            return;
        }

        var body = KeyText.HashOf(resource.TypeName, resource.Source.Span);
        if (SameOf(there, body, write) is { } old)
        {
            item.Taken = new ResourceTaken(key.Type, key.Id, old.Number, old.KnownAt, old.StoredAt, IsNew: false);
            if (there.Find(version => version.Raw?.Key == item.Record.Raw.Value) is { Raw: { } raw }) item.Record.CameAs(item, raw.ReceivedAt);
            return;
        }

        var isCreated = !write.IsDelete && (there.Count == 0 || there[^1].IsDeleted);
        item.Record.IsRawABody = item.IsItsRaw();
        var added = new KnownVersion(there.Count == 0 ? 1 : there[^1].Number + 1, body, KnownAt(item, there), stamps.Next(), write.IsDelete)
        {
            Raw = item.Record.IsRawABody ? (item.Record.Raw.Value, item.Record.ReceivedAt) : null,
        };
        there.Add(added);
        item.Taken = new ResourceTaken(key.Type, key.Id, added.Number, added.KnownAt, added.StoredAt, IsNew: true) { IsCreated = isCreated };
        Add(item, added, body);
    }

    // The same bytes again are the same version, wherever in the history they stand; only a caller who updates may
    // bring back what an earlier version said.
    private static KnownVersion? SameOf(List<KnownVersion> there, UInt128 body, ResourceWrite write) =>
        (write.IsByCaller ? there.Skip(there.Count - 1) : there).LastOrDefault(version => version.Body == body && version.IsDeleted == write.IsDelete);

    private static string IdOf(ItemInHand item) => item.Resource!.Id is { Length: > 0 } id
        ? id
        : PatientReference.GivenPrefix + new KeyText().Add(KeyBytes.Of(item.Record.Raw.Value)).Add(item.Order).Hash()
            .ToString("x32", System.Globalization.CultureInfo.InvariantCulture);

    // An update of which the source itself says that it came out later than the version before is taken at its word.
    private static DateTimeOffset KnownAt(ItemInHand item, List<KnownVersion> there)
    {
        var arrived = item.Record.ReceivedAt;
        if (item.Record.Arrival.Write.IsDelete)
        {
            return arrived;
        }

        var said = item.Findings.Count == 0 ? arrived : Instants.Kept(item.Findings.Max(placed => placed.Finding.KnownAt));
        return there.Count == 0 || (said > there[^1].KnownAt && said <= arrived) ? said : arrived;
    }

    private void Add(ItemInHand item, KnownVersion added, UInt128 body)
    {
        var (taken, record) = (item.Taken!, item.Record);

        // Mostly the resource stands in its raw record, or is all of it: then it is not kept twice.
        var kept = record.IsRawABody ? (record.Kept.Bytes, record.Kept.Encoding) : KeptBytes.KeepWithin(item.Resource!.Source.Span, record.Arrival.Record.Raw.Bytes.Span);
        rows.Add(new NewVersion(
            record.Patient.Value, taken.Type, taken.Id, taken.Version, taken.StoredAt, Instants.Micros(taken.KnownAt),
            kept, KeyBytes.Of(body), KeyBytes.Of(record.Raw.Value),
            added.IsDeleted ? null : item.Indexed ?? IndexedValues.Of(item.Resource!, parameters))
        {
            AsRaw = record.IsRawABody ? (profile, Instants.Micros(record.ReceivedAt)) : default,
        });
    }
}
