using DatacenterOst.Clinical;
using DatacenterOst.Normalise;
using DatacenterOst.Sources;
using FsCheck;
using FsCheck.Fluent;

namespace DatacenterOst.UnitTests.Normalise;

public sealed class When_the_same_is_normalised_again
{
    private static readonly Sender Laboratory = new("mimic-iii");

    private static readonly Gen<RawFact> Facts =
        from code in Gen.Elements(Sender.Loinc("2160-0"), Sender.Loinc("8310-5"), Sender.Loinc("7852-7"), Sender.Loinc("6246-3"), Sender.Npu("NPU27280"), new Code("urn:mimic-iii:d-labitems", "51249"), new Code("urn:x", "1"))
        from value in Gen.OneOf(
            Gen.Choose(-1000, 100000).Select(n => (n / 100m).ToString(System.Globalization.CultureInfo.InvariantCulture)),
            Gen.Elements("POS", "<5", "1,234", "0,5", "3-5", "", "1e400", "LESS THAN 10", "IKKE PÅVIST", "NotDone", "77.15235923713728"))
        from unit in Gen.Elements("", "mg/dL", "umol/L", "%", "°F", "kU/L", "nonsense", "mEq/L", "mmol/L")
        from time in Gen.Elements("2026-03-01", "2026-10-25T02:30:00", "2026-02-30", "2026-03-01T08:00:00Z", "")
        from status in Gen.Elements("final", "C", "X", "entered-in-error", "?")
        select Laboratory.Fact(code, value, unit, status: status) with { ObservedAt = Laboratory.Iso(time) };

    [Fact]
    public void it_gives_the_same_whatever_was_normalised_before()
    {
        var warm = Laboratory.Normaliser();
        Prop.ForAll(Facts.ToArbitrary(), fact =>
        {
            var record = new RawRecord(default, "line 1", null, [new RawItem { Place = "line 1", Facts = [fact] }]);
            return Same(warm.Normalise(record, Sender.Arrival), Laboratory.Normaliser().Normalise(record, Sender.Arrival));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void every_fact_is_a_finding_or_a_rejection_and_every_number_fits_a_double() =>
        Prop.ForAll(Facts.ToArbitrary(), fact =>
        {
            var item = Laboratory.Normalise(fact);
            var value = item.Findings.Count > 0 ? item.Findings[0].Finding.Value : null;
            return item.Findings.Count + item.Rejections.Count >= 1 && (value is null || (decimal)(double)value == value);
        }).QuickCheckThrowOnFailure();

    private static bool Same(NormalRecord a, NormalRecord b) =>
        a.Items[0].Findings.SequenceEqual(b.Items[0].Findings) && a.Items[0].Rejections.SequenceEqual(b.Items[0].Rejections);
}
