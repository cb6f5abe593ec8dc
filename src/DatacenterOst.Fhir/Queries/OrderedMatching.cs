namespace DatacenterOst.Fhir.Queries;

/// <summary>Comparisons of ranges (FHIR R4, 3.1.1.4.5 Prefixes).</summary>
internal static class OrderedMatching
{
    /// <summary>
    /// R4 3.1.1.4.7, on intervals that end before their High. A value with an open end reaches to the end of time: "ge" and "gt" hold
    /// for a period that has begun and not ended.
    /// </summary>
    public static bool Date(DateOperand asked, DateTimeOffset low, DateTimeOffset high)
    {
        var isWithin = asked.Low <= low && high <= asked.High;
        return asked.Prefix switch
        {
            SearchPrefix.Eq => isWithin,
            SearchPrefix.Ne => !isWithin,
            SearchPrefix.Gt => high > asked.High,
            SearchPrefix.Lt => low < asked.Low,
            SearchPrefix.Ge => isWithin || high > asked.High,
            SearchPrefix.Le => isWithin || low < asked.Low,
            SearchPrefix.Sa => low >= asked.High,
            SearchPrefix.Eb => high <= asked.Low,
            _ => low < asked.High && asked.Low < high,
        };
    }

    /// <summary>R4 3.1.1.4.6: what the resource says is a point; eq, ne and ap ask for the range that the digits imply, the others for the number itself.</summary>
    public static bool Number(NumberOperand asked, NumberValue found) => Decimal(asked.Prefix, asked.Value, asked.Low, asked.High, found.Value, found.Value);

    /// <summary>
    /// R4 3.1.1.4.11. In UCUM base units where both have them; else the unit must be the one that was asked, as its code or as written
    /// where no system was given.
    /// </summary>
    public static bool Quantity(QuantityOperand asked, QuantityValue found)
    {
        if (asked.Canonical is { } canonical && found.Canonical is { } other)
            return canonical.Unit == other.Unit && Decimal(asked.Prefix, canonical.Value ?? 0, canonical.Low ?? 0, canonical.High ?? 0, Low(other.Value, other.Low, other.High), High(other.Value, other.Low, other.High));
        if (asked.System is not null && asked.System != found.System) return false;
        if (asked.Code is not null && asked.Code != found.Code && (asked.System is not null || asked.Code != found.Unit)) return false;
        return Decimal(asked.Prefix, asked.Value, asked.Low, asked.High, Low(found.Value, found.Low, found.High), High(found.Value, found.Low, found.High));
    }

    // A number alone is a point. A Range, and a value with a comparator ("<5"), is a range that may be open.
    private static decimal? Low(decimal? value, decimal? low, decimal? high) => low is null || high is null ? low : value ?? low;

    private static decimal? High(decimal? value, decimal? low, decimal? high) => low is null || high is null ? high : value ?? high;

    // The ends of a resource's range belong to it; a missing end is infinitely far.
    private static bool Decimal(SearchPrefix prefix, decimal value, decimal askedLow, decimal askedHigh, decimal? low, decimal? high)
    {
        var isWithin = low is { } l && high is { } h && askedLow <= l && (l == h ? h < askedHigh || askedLow == askedHigh && h == askedHigh : h <= askedHigh);
        return prefix switch
        {
            SearchPrefix.Eq => isWithin,
            SearchPrefix.Ne => !isWithin,
            SearchPrefix.Gt => high is null || high > value,
            SearchPrefix.Lt => low is null || low < value,
            SearchPrefix.Ge => high is null || high >= value,
            SearchPrefix.Le => low is null || low <= value,
            SearchPrefix.Sa => low is not null && low > value,
            SearchPrefix.Eb => high is not null && high < value,
            _ => (low is null || low <= askedHigh) && (high is null || high >= askedLow),
        };
    }
}
