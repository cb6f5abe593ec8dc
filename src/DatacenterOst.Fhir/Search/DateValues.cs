namespace DatacenterOst.Fhir.Search;

/// <summary>Dates, periods and timings as intervals (FHIR R4, 3.1.1.4.7).</summary>
internal static class DateValues
{
    public static void Add(List<SearchValue> values, SearchParameter parameter, in PathValue found)
    {
        var element = found.Element;
        if (!element.Exists) return;
        switch (element.TypeName)
        {
            case "Period":
                AddPeriod(values, parameter, element);
                break;
            case "Timing":
                AddTiming(values, parameter, element);
                break;
            default:
                if (element.AsDateTime() is { } date) values.Add(new DateValue(parameter, date.Low, date.High));
                break;
        }
    }

    private static void AddPeriod(List<SearchValue> values, SearchParameter parameter, Element period)
    {
        var (start, end) = (period["start"].AsDateTime(), period["end"].AsDateTime());
        if (start is null && end is null) return;
        values.Add(new DateValue(parameter, start?.Low ?? DateTimeOffset.MinValue, end?.High ?? DateTimeOffset.MaxValue));
    }

    // The outer bounds of all events and of the repetition's period count; the pattern inside does not.
    private static void AddTiming(List<SearchValue> values, SearchParameter parameter, Element timing)
    {
        var events = timing.Children("event").ToList().Select(e => e.AsDateTime()).OfType<FhirDateTime>().ToList();
        if (events.Count > 0) values.Add(new DateValue(parameter, events.Min(e => e.Low), events.Max(e => e.High)));
        if (timing["repeat"]["bounds"] is { TypeName: "Period" } bounds) AddPeriod(values, parameter, bounds);
    }
}
