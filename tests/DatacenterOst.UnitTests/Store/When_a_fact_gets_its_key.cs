using DatacenterOst.Clinical;
using DatacenterOst.Store;

namespace DatacenterOst.UnitTests.Store;

public sealed class When_a_fact_gets_its_key
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private static readonly Finding Final = new(
        FactKind.Measurement, new Concept(new Code(CodeSystems.Loinc, "14682-9"), "umol/L", "Creatinine"), new Coding(new Code("local", "KREA")),
        96.5m, Comparator.None, null, null, At, null, At.AddHours(1), FactStatus.Final, "r1", "rules/1");

    [Fact]
    public void it_is_the_same_on_every_machine() =>
        Assert.Equal("708537de9c80b158f754e2c12347e876", FactKeys.Of(Final).ToString());

    [Fact]
    public void spelling_source_code_rule_and_time_of_a_repetition_do_not_matter()
    {
        var again = Final with
        {
            Value = 96.50m,
            Rule = "rules/2",
            Coding = new Coding(new Code("local", "CREA")),
            KnownAt = At.AddHours(2),
            ObservedAt = At.ToOffset(TimeSpan.FromHours(1)),
        };
        Assert.Equal(FactKeys.Of(Final), FactKeys.Of(again));
    }

    [Fact]
    public void whatever_it_says_matters()
    {
        Finding[] others =
        [
            Final with { Value = 96.6m }, Final with { Value = null }, Final with { Comparator = Comparator.LessThan }, Final with { Text = "" },
            Final with { Category = ResultCategory.Positive }, Final with { ObservedAt = At.AddMinutes(1) }, Final with { EndedAt = At },
            Final with { ResultId = "r2" }, Final with { Status = FactStatus.Preliminary }, Final with { Status = FactStatus.Corrected },
            Final with { Status = FactStatus.Corrected, KnownAt = At }, Final with { Concept = Final.Concept with { Unit = "mg/dL" } },
        ];
        Assert.Equal(others.Length + 1, others.Append(Final).Select(FactKeys.Of).Distinct().Count());
    }

    [Fact]
    public void the_same_bytes_of_another_profile_are_another_record() =>
        Assert.NotEqual(FactKeys.OfRaw("one", "MSH|"u8), FactKeys.OfRaw("other", "MSH|"u8));
}
