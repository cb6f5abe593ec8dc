using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Server.Fhir;
using DatacenterOst.Store;

namespace DatacenterOst.Server;

/// <summary>
/// Goes once through the ways of a write, a read and a search before the first request comes, so that it finds definitions loaded,
/// code compiled and connections open: the first result after a restart must not wait a second. Nothing is stored.
/// </summary>
public static class Warmup
{
    private const string Id = "dost-warmup";

    /// <summary>No resource has so many versions: the write is refused before it stores anything.</summary>
    private const int NoVersion = int.MaxValue;

    public static async Task Run(DataCentre centre, CancellationToken cancellationToken)
    {
        var record = centre.Writing.Record(Sample());
        try
        {
            await centre.Writes.WriteAll(FhirWriting.ProfileId, [new ResourceChange(ChangeKind.Update, record, NoVersion)], Caller.Product, cancellationToken);
        }
        catch (Problem refused) when (refused.Kind == ProblemKind.PreconditionFailed)
        {
            // As meant.
        }

        await centre.Resources.Read("Observation", Id, Caller.Product, cancellationToken);
        var query = SearchAsk.Parse(["Observation"], [KeyValuePair.Create("code", "http://loinc.org|2160-0"), KeyValuePair.Create("_id", Id), KeyValuePair.Create("date", "ge2026")], centre);
        await centre.Search.Find(query, Caller.Product, cancellationToken);
    }

    private static byte[] Sample() => System.Text.Encoding.UTF8.GetBytes("""
        {"resourceType":"Observation","id":"dost-warmup","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2160-0"}]},"subject":{"reference":"Patient/dost-warmup"},"effectiveDateTime":"2026-01-01T00:00:00Z","valueQuantity":{"value":1,"unit":"mg/dL","system":"http://unitsofmeasure.org","code":"mg/dL"}}
        """);
}
