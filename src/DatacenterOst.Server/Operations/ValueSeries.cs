using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Store;

namespace DatacenterOst.Server.Operations;

/// <summary>
/// The measurements of one code, newest first, all in the unit of the first that has a value. What cannot be converted into it, or
/// is only said to lie above or below something, is counted and left out.
/// </summary>
internal sealed class ValueSeries(Coded code)
{
    /// <summary>No measurement is larger; sums of those that are would not fit a decimal.</summary>
    private const decimal Largest = 1e18m;

    private readonly List<decimal> values = [];
    private readonly List<(DateTimeOffset At, decimal Value)> timed = [];
    private readonly List<StoredResource> sources = [];

    public IReadOnlyList<decimal> Values => values;

    /// <summary>The values that have a time, with it.</summary>
    public IReadOnlyList<(DateTimeOffset At, decimal Value)> Timed => timed;

    /// <summary>The Observations that the values came from.</summary>
    public IReadOnlyList<StoredResource> Sources => sources;

    /// <summary>Observations of the code, with and without a value.</summary>
    public int Total { get; private set; }

    /// <summary>The unit of all values; empty where they have none.</summary>
    public string Unit { get; private set; } = "";

    public string UnitSystem { get; private set; } = "";

    public string UnitCode { get; private set; } = "";

    public DateTimeOffset? First { get; private set; }

    public DateTimeOffset? Last { get; private set; }

    public void Add(StoredResource stored, Resource observation)
    {
        if (observation.Root["status"].AsString() is "entered-in-error" or "cancelled")
            return;
        Total++;
        if (!TryValue(ValueOf(observation.Root), out var value))
            return;
        values.Add(value);
        sources.Add(stored);
        var effective = observation.Root["effective"];
        if ((effective.AsDateTime() ?? effective["start"].AsDateTime())?.Low is not { } at)
            return;
        timed.Add((at, value));
        Note(at);
    }

    private void Note(DateTimeOffset at)
    {
        First = at < First || First is null ? at : First;
        Last = at > Last || Last is null ? at : Last;
    }

    private bool TryValue(Element quantity, out decimal value)
    {
        value = 0;
        if (quantity["value"].AsDecimal() is not { } written || Math.Abs(written) > Largest || quantity["comparator"].Exists)
            return false;
        var (unit, system, unitCode) = (quantity["unit"].AsString() ?? "", quantity["system"].AsString() ?? "", quantity["code"].AsString() ?? "");
        if (values.Count == 0)
            (Unit, UnitSystem, UnitCode) = (unit, system, unitCode);
        value = written;
        if (system == UnitSystem && unitCode == UnitCode && (unitCode.Length > 0 || unit == Unit))
            return true;
        return system == CodeSystems.Ucum && UnitSystem == CodeSystems.Ucum && Ucum.TryConvert(written, unitCode, UnitCode, out value);
    }

    private Element ValueOf(Element observation)
    {
        if (Is(observation["code"]))
            return observation["value"];
        foreach (var component in observation.Children("component"))
            if (Is(component["code"]))
                return component["value"];
        // Found by the store as the same analysis under another code.
        return observation["value"];
    }

    private bool Is(Element concept)
    {
        foreach (var coding in concept.Children("coding"))
            if (coding["code"].AsString() == code.Code && (code.System is null || coding["system"].AsString() == code.System))
                return true;
        return false;
    }
}
