using System.Globalization;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models;

namespace DatacenterOst.UnitTests.Cards;

/// <summary>Estimates as a model would make them, drawn by a test.</summary>
internal static class Estimates
{
    public static readonly DateTimeOffset Noon = At("2026-03-01 11:00");

    public static DateTimeOffset At(string utc) =>
        DateTimeOffset.ParseExact(utc, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public static Fact Measured(decimal value, string unit, string utc, Comparator comparator = Comparator.None)
    {
        var concept = new Concept(new Code(CodeSystems.Loinc, "14682-9"), unit, "Creatinine");
        var finding = new Finding(
            FactKind.Measurement, concept, new Coding(concept.Code), value, comparator, null, null, At(utc), null, At(utc), FactStatus.Final, utc, "test");
        return new Fact(PatientId.None, new FactKey((UInt128)At(utc).Ticks), finding, At(utc), new SourceRef("test", default, ""));
    }

    public static FeatureValue Number(string name, double number, string unit, params Fact[] facts) => new(
        name, number, null, unit, facts.Length > 0 ? facts[^1].Finding.ObservedAt : null, facts, MissingReason.NotMissing);

    public static FeatureValue Words(string name, string text) => new(name, null, text, "", null, [], MissingReason.NotMissing);

    public static FeatureValue Missing(string name) => new(name, null, null, "", null, [], MissingReason.NoFact);

    public static FeatureValue Creatinine(double number = 196, Comparator comparator = Comparator.None) =>
        Number("creatinine", number, "umol/L", Measured((decimal)number, "umol/L", "2026-03-01 07:00", comparator));

    public static RiskEstimate Of(string[] conclusions, params FeatureValue[] values) => new(
        new ModelId("test-model"), "1.2.0", "0123456789abcdef0123456789abcdef", Noon, null,
        [.. conclusions.Select((id, index) => new Conclusion(id, conclusions.Length - index, ["creatinine", "ratio", "note"]))],
        values.ToDictionary(value => value.Name), []);
}
