namespace DatacenterOst.Fhir.Search;

/// <summary>Numbers and quantities with the range their digits imply (FHIR R4, 3.1.1.4.6 and 3.1.1.4.11).</summary>
internal static class QuantityValues
{
    public const string UcumSystem = "http://unitsofmeasure.org";

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
                if (low is not null || high is not null) values.Add(Make(parameter, null, low, high, element["low"].Exists ? element["low"] : element["high"]));
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
        values.Add(Make(parameter, value, range.Item1, range.Item2, quantity));
    }

    // The lowest and highest sample stand for the series: upper and lower limits, else origin alone.
    private static void AddSampled(List<SearchValue> values, SearchParameter parameter, Element sampled)
    {
        var origin = sampled["origin"];
        var (low, high) = (sampled["lowerLimit"].AsDecimal(), sampled["upperLimit"].AsDecimal());
        if (low is null && high is null) AddQuantity(values, parameter, origin);
        else values.Add(Make(parameter, null, low, high, origin));
    }

    private static QuantityValue Make(SearchParameter parameter, decimal? value, decimal? low, decimal? high, Element unit)
    {
        var (system, code) = (unit["system"].AsString(), unit["code"].AsString());
        return new QuantityValue(parameter, low, high, system, code, unit["unit"].AsString(), system == UcumSystem && code is not null ? Canonical(value, low, high, code) : null) { Value = value };
    }

    /// <summary>The range in base units; null where the code is not UCUM, its scale runs backwards, or the numbers are beyond what a decimal holds.</summary>
    public static CanonicalRange? Canonical(decimal? value, decimal? low, decimal? high, string code)
    {
        if (!Ucum.TryParse(code, out var unit)) return null;
        if (!ToBase(unit, low, out var baseLow) || !ToBase(unit, high, out var baseHigh) || !ToBase(unit, value, out var baseValue)) return null;
        // A scale that runs backwards ([pH] in mol/L) would turn every comparison round; it is compared as written.
        if (low is null || high is null ? IsBackwards(unit) : baseLow > baseHigh) return null;
        return new CanonicalRange(baseLow, baseHigh, unit.Canonical) { Value = baseValue };
    }

    private static bool ToBase(Unit unit, decimal? given, out decimal? converted)
    {
        converted = null;
        if (given is not { } number) return true;
        if (!unit.ToBase.TryApply(number, out var result)) return false;
        converted = result;
        return true;
    }

    private static bool IsBackwards(Unit unit) => unit.ToBase.TryApply(1, out var one) && unit.ToBase.TryApply(2, out var two) && one > two;

    private static void Number(List<SearchValue> values, SearchParameter parameter, decimal value)
    {
        var half = Half(value);
        values.Add(new NumberValue(parameter, value, value - half, value + half));
    }

    /// <summary>Half a step of the last written digit: 0.005 for 5.40, 0.5 for 100.</summary>
    public static decimal Half(decimal value) => value.Scale >= 28 ? 0 : new decimal(5, 0, 0, false, (byte)(value.Scale + 1));
}
