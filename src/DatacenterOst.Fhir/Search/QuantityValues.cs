namespace DatacenterOst.Fhir.Search;

/// <summary>Numbers and quantities with the range their digits imply (FHIR R4, 3.1.1.4.6 and 3.1.1.4.11).</summary>
internal static class QuantityValues
{
    public static void AddNumber(List<SearchValue> values, SearchParameter parameter, in PathValue found)
    {
        if (found.Element.TypeName == "Range")
        {
            foreach (var end in found.Element.Children()) if (end["value"].AsDecimal() is { } edge) Number(values, parameter, edge);
        }
        else if (found.AsDecimal() is { } value) Number(values, parameter, value);
    }

    public static void Add(List<SearchValue> values, SearchParameter parameter, Element element)
    {
        switch (element.TypeName)
        {
            case "Range":
                var (low, high) = (element["low"]["value"].AsDecimal(), element["high"]["value"].AsDecimal());
                if (low is not null || high is not null) values.Add(Make(parameter, low, high, element["low"].Exists ? element["low"] : element["high"]));
                break;
            case "SampledData":
                AddSampled(values, parameter, element);
                break;
            case "Money":
                if (element["value"].AsDecimal() is { } amount)
                    values.Add(new QuantityValue(parameter, amount - Half(amount), amount + Half(amount), "urn:iso:std:iso:4217", element["currency"].AsString(), null, null) { Value = amount });
                break;
            default:
                AddQuantity(values, parameter, element);
                break;
        }
    }

    private static void AddQuantity(List<SearchValue> values, SearchParameter parameter, Element quantity)
    {
        if (quantity["value"].AsDecimal() is not { } value) return;
        var half = Half(value);
        // "<5" is anything below 5; the comparator opens the other end.
        var range = quantity["comparator"].AsString() switch
        {
            "<" or "<=" => ((decimal?)null, (decimal?)value),
            ">" or ">=" => (value, null),
            _ => (value - half, value + half),
        };
        values.Add(Make(parameter, range.Item1, range.Item2, quantity) with { Value = value });
    }

    // The lowest and highest sample stand for the series: upper and lower limits, else origin alone.
    private static void AddSampled(List<SearchValue> values, SearchParameter parameter, Element sampled)
    {
        var origin = sampled["origin"];
        var (low, high) = (sampled["lowerLimit"].AsDecimal(), sampled["upperLimit"].AsDecimal());
        if (low is null && high is null) AddQuantity(values, parameter, origin);
        else values.Add(Make(parameter, low, high, origin));
    }

    private static QuantityValue Make(SearchParameter parameter, decimal? low, decimal? high, Element unit)
    {
        var (system, code) = (unit["system"].AsString(), unit["code"].AsString());
        return new QuantityValue(parameter, low, high, system, code, unit["unit"].AsString(), system == "http://unitsofmeasure.org" && code is not null ? Canonical(low, high, code) : null);
    }

    private static CanonicalRange? Canonical(decimal? low, decimal? high, string code)
    {
        var (baseLow, baseHigh, unit) = (low, high, "");
        if (low is { } l)
        {
            if (!Ucum.TryCanonicalise(l, code, out var value, out unit)) return null;
            baseLow = value;
        }
        if (high is { } h)
        {
            if (!Ucum.TryCanonicalise(h, code, out var value, out unit)) return null;
            baseHigh = value;
        }
        // Scales that run backwards ([pH] in mol/L) turn the range round.
        return baseLow > baseHigh ? new CanonicalRange(baseHigh, baseLow, unit) : new CanonicalRange(baseLow, baseHigh, unit);
    }

    private static void Number(List<SearchValue> values, SearchParameter parameter, decimal value)
    {
        var half = Half(value);
        values.Add(new NumberValue(parameter, value, value - half, value + half));
    }

    /// <summary>Half a step of the last written digit: 0.005 for 5.40, 0.5 for 100.</summary>
    private static decimal Half(decimal value) => value.Scale >= 28 ? 0 : new decimal(5, 0, 0, false, (byte)(value.Scale + 1));
}
