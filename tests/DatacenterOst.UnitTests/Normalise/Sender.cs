using DatacenterOst.Clinical;
using DatacenterOst.Normalise;
using DatacenterOst.Sources;
using DatacenterOst.Terminology;
using DatacenterOst.UnitTests.Fhir;

namespace DatacenterOst.UnitTests.Normalise;

/// <summary>A sending system of the tests: builds raw facts and shows what becomes of them.</summary>
internal sealed class Sender(params string[] maps)
{
    public static readonly DateTimeOffset Arrival = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly TerminologySnapshot Terminology = TerminologySnapshot.Load(Path.Combine(Repository.Root(), "terminology"));

    public string Zone { get; init; } = "Europe/Copenhagen";

    public TimeSpan? KnownAfter { get; init; }

    public Normaliser Normaliser() => new(Terminology, new SourceProfile { Id = "test", Format = SourceFormat.Csv, Maps = maps, Zone = Zone, KnownAfter = KnownAfter });

    public static Code Loinc(string code) => new(CodeSystems.Loinc, code);

    public static Code Npu(string code) => new(CodeSystems.Npu, code);

    public RawFact Fact(Code code, string? value, string? unit = null, string? comparator = null, string? status = null) => new()
    {
        Kind = FactKind.Measurement,
        Codings = [new Coding(code)],
        Value = value,
        Unit = unit,
        Comparator = comparator,
        Status = status,
        ObservedAt = Iso("2026-03-01T08:00:00+01:00"),
        ResultId = "r1",
    };

    public RawTime Iso(string text) => new(text, TimeFormat.Iso, Zone);

    public RawTime Hl7(string text) => new(text, TimeFormat.Hl7v2, Zone);

    public NormalItem Normalise(RawFact fact)
    {
        var record = new RawRecord(ReadOnlyMemory<byte>.Empty, "line 1", null, [new RawItem { Place = "line 1", Facts = [fact] }]);
        return Assert.Single(Normaliser().Normalise(record, Arrival).Items);
    }

    public Finding Finding(RawFact fact)
    {
        var item = Normalise(fact);
        Assert.True(item.Rejections.Count == 0, item.Rejections.Count == 0 ? "" : item.Rejections[0].ToString());
        return Assert.Single(item.Findings).Finding;
    }

    public Rejection Rejection(RawFact fact)
    {
        var item = Normalise(fact);
        Assert.Empty(item.Findings);
        return Assert.Single(item.Rejections);
    }
}
