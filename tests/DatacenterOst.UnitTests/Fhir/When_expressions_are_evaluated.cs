using DatacenterOst.Fhir;

namespace DatacenterOst.UnitTests.Fhir;

public sealed class When_expressions_are_evaluated
{
    private static string Value(string expression) => string.Join(",", FhirPathExpression.Parse(expression).Evaluate(default));

    [Theory]
    [InlineData("(1 | 2 | 3).sum()", "6")]
    [InlineData("(1 | 2 | 4).avg()", "2.3333333333333333333333333333")]
    [InlineData("(1 'g').combine(500 'mg').sum() = 1.5 'g'", "true")]
    [InlineData("('b' | 'a').min()", "a")]
    [InlineData("(@2026-01-01 | @2026-02-01).max()", "2026-02-01")]
    [InlineData("{}.sum()", "")]
    [InlineData("(1 'g').combine(1 'm').sum()", "")]
    [InlineData("@2024-01-31 + 1 month", "2024-02-29")]
    [InlineData("@2024-02-29 + 1 year", "2025-02-28")]
    [InlineData("@T10:00 + 90 minutes", "11:30")]
    [InlineData("1 year = 12 months", "true")]
    [InlineData("1 'mmol/L' = 1000 'umol/L'", "true")]
    [InlineData("@2026-03-01T08:00:00+01:00 = @2026-03-01T07:00:00Z", "true")]
    public void they_give(string expression, string value) => Assert.Equal(value, Value(expression));

    [Theory]
    [InlineData("Patient.name[", 13)]
    [InlineData("name.nofunction()", 5)]
    [InlineData("name.where(use = )", 17)]
    [InlineData("1 + 'a'", 2)]
    [InlineData("%unknown", 0)]
    [InlineData("'a' & 1", 4)]
    public void what_is_wrong_is_said_with_its_place(string expression, int position) =>
        Assert.Equal(position, Assert.Throws<FhirPathException>(() => Value(expression)).Position);

    [Fact]
    public void the_clock_and_the_variables_are_given()
    {
        var environment = new PathEnvironment
        {
            Time = new Stopped(),
            Variables = new Dictionary<string, PathValue> { ["limit"] = PathValue.Of(5) },
        };
        Assert.True(FhirPathExpression.Parse("today() = @2026-03-01 and now() > @2026-03-01T07:59:59Z and %limit = 5").IsTrue(default, environment));
    }

    private sealed class Stopped : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }
}
