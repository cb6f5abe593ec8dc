using System.Net;
using System.Text;
using DatacenterOst.Benchmarks.Load;
using static DatacenterOst.Benchmarks.Fhir.Table;

namespace DatacenterOst.Benchmarks.Hooks;

/// <summary>New results as a laboratory sends them: transactions of creates over patients that are there, each result known now.</summary>
public sealed class ResultBundles(IPEndPoint server, int patients, int entries)
{
    private long made;

    public byte[] Next()
    {
        var now = TimeProvider.System.GetUtcNow();
        var bundle = new StringBuilder("""{"resourceType":"Bundle","type":"transaction","entry":[""");
        for (var entry = 0; entry < entries; entry++)
        {
            var number = Interlocked.Increment(ref made);
            var patient = Text($"p{number * 104_729 % patients}");
            var result = Chart.NewResult(patient, Text($"new-{number}"), (int)(190 + (number % 20)), now.AddSeconds(-(number % 50)));
            bundle.Append(entry > 0 ? "," : "").Append(Text($$$"""{"resource":{{{result}}},"request":{"method":"POST","url":"Observation"}}"""));
        }

        return Http11.Post(server, "/fhir", bundle.Append("]}").ToString());
    }
}
