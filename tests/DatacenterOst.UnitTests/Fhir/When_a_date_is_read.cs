using DatacenterOst.Fhir;

namespace DatacenterOst.UnitTests.Fhir;

public sealed class When_a_date_is_read
{
    [Theory]
    [InlineData("2026", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("2024-02", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z")]
    [InlineData("2024-02-29", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z")]
    [InlineData("2026-03-01T08:00:00+01:00", "2026-03-01T07:00:00Z", "2026-03-01T07:00:01Z")]
    [InlineData("2026-03-01T08:00:00.5Z", "2026-03-01T08:00:00.5Z", "2026-03-01T08:00:00.6Z")]
    [InlineData("9999-12-31", "9999-12-31T00:00:00Z", "9999-12-31T23:59:59.9999999Z")]
    [InlineData("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z")]
    public void it_stands_for_an_interval(string text, string low, string high)
    {
        var date = FhirDateTime.Parse(text);
        static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal((At(low), At(high)), (date.Low, date.High));
    }

    [Theory]
    [InlineData("2026"), InlineData("2026-03"), InlineData("2026-03-01"), InlineData("2026-03-01T08:00:00Z"), InlineData("2026-03-01T08:00:00.000-00:00")]
    [InlineData("2026-03-01T08:00:00.1234567891234+01:00"), InlineData("2016-12-31T23:59:60Z"), InlineData("2026-03-01T08:00:00.00+13:45"), InlineData("2026-03-01T08:00:00-02:30")]
    public void it_is_written_as_it_was(string text) => Assert.Equal(text, FhirDateTime.Parse(text).ToString());

    [Theory]
    [InlineData("2026-02-30"), InlineData("2026-13"), InlineData("2026-3-1"), InlineData("0000"), InlineData("2026-03-01 08:00:00Z"), InlineData("2026-03-01T24:00:00Z")]
    [InlineData("2026-03-01T08:00:00+15:00"), InlineData("2026-03-01T08:00:00."), InlineData("26"), InlineData(""), InlineData("2026-03-01T08:00:00z"), InlineData("2026-03-")]
    public void what_is_no_date_is_refused(string text) => Assert.False(FhirDateTime.TryParse(text, out _));
}
