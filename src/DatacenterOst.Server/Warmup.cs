using System.Globalization;
using System.Net.Http.Headers;
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

    /// <summary>A start is not held up longer.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

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

    /// <summary>
    /// The same ways from a client's side, once the server listens and before it says so: with it the first create
    /// takes 11 ms and not 240. Only over http, which is on this machine.
    /// </summary>
    public static async Task OverHttp(ICollection<string> addresses, CancellationToken cancellationToken)
    {
        if (addresses.FirstOrDefault(address => address.StartsWith("http://", StringComparison.Ordinal)) is not { } address) return;
        using var http = new HttpClient { BaseAddress = new Uri(address), Timeout = Longest };
        using var write = new HttpRequestMessage(HttpMethod.Put, $"/fhir/Observation/{Id}") { Content = new ByteArrayContent(Sample()) };
        write.Content.Headers.ContentType = new MediaTypeHeaderValue("application/fhir+json");
        write.Headers.IfMatch.Add(new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"{NoVersion}\""), isWeak: true));
        try
        {
            using var refused = await http.SendAsync(write, cancellationToken);
            using var missing = await http.GetAsync(new Uri($"/fhir/Observation/{Id}", UriKind.Relative), cancellationToken);
            using var nothing = await http.GetAsync(new Uri($"/fhir/Observation?patient={Id}&code=http://loinc.org%7C2160-0&_sort=-date&_count=10", UriKind.Relative), cancellationToken);
        }
        catch (Exception failed) when (failed is HttpRequestException || (failed is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Nobody waits for it; the first request finds the same trouble and says it.
        }
    }

    private static byte[] Sample() => System.Text.Encoding.UTF8.GetBytes("""
        {"resourceType":"Observation","id":"dost-warmup","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2160-0"}]},"subject":{"reference":"Patient/dost-warmup"},"effectiveDateTime":"2026-01-01T00:00:00Z","valueQuantity":{"value":1,"unit":"mg/dL","system":"http://unitsofmeasure.org","code":"mg/dL"}}
        """);
}
