using System.Collections;
using System.Globalization;
using System.Net;
using System.Text;
using static DatacenterOst.Benchmarks.Fhir.Table;

namespace DatacenterOst.Benchmarks.Hooks;

/// <summary>
/// Calls of <c>patient-view</c>, one for each patient, and each time another: a new hookInstance, and where charts are opened by many users,
/// a new user, so that no call is answered with what an earlier one was.
/// </summary>
public sealed class FreshCalls : IReadOnlyList<byte[]>
{
    private const string Instance = "00000000-0000-4000-8000-";
    private const string User = "Practitioner/u";
    private static readonly byte[] Digits = Encoding.ASCII.GetBytes("000000000000");

    private readonly List<(byte[] Request, int Instance, int User)> calls = [];
    private readonly Opened by;
    private long number;

    /// <param name="prefetch">The prefetch of a patient; null sends none, so that the store answers.</param>
    public FreshCalls(IPEndPoint server, int patients, Func<int, string?> prefetch, Opened by)
    {
        this.by = by;
        for (var patient = 0; patient < patients; patient++)
        {
            var sent = prefetch(patient) is { } data ? $",\"prefetch\":{data}" : "";
            var body = Text($$$"""{"hook":"patient-view","hookInstance":"{{{Instance}}}000000000000","context":{"userId":"{{{User}}}{{{patient:000000000000}}}","patientId":"p{{{patient}}}"}{{{sent}}}}""");
            var request = Encoding.UTF8.GetBytes(Text($"POST /cds-services/kdigo-aki HTTP/1.1\r\nHost: {server}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));
            calls.Add((request, After(request, Instance), After(request, User)));
        }
    }

    public int Count => calls.Count;

    public int BytesOfCall => calls[0].Request.Length;

    public byte[] this[int index]
    {
        get
        {
            var (request, instance, user) = calls[index];
            var call = request.AsSpan().ToArray();
            Span<byte> digits = stackalloc byte[Digits.Length];
            Interlocked.Increment(ref number).TryFormat(digits, out _, "000000000000", CultureInfo.InvariantCulture);
            digits.CopyTo(call.AsSpan(instance));
            if (by == Opened.ByManyUsers) digits.CopyTo(call.AsSpan(user));
            return call;
        }
    }

    public IEnumerator<byte[]> GetEnumerator()
    {
        for (var at = 0; at < Count; at++) yield return this[at];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static int After(byte[] request, string mark) => request.AsSpan().IndexOf(Encoding.ASCII.GetBytes(mark)) + mark.Length;
}

/// <summary>Whether a chart is opened by somebody else each time, or again and again by the user whose patient it is: nobody is interrupted by thousands of patients a day.</summary>
public enum Opened
{
    ByManyUsers,
    ByOneUserAgain,
}
