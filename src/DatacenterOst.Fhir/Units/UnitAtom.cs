namespace DatacenterOst.Fhir.Units;

/// <summary>One row of UCUM's table.</summary>
internal sealed record UnitAtom(string Code, string Name, string Property, bool IsMetric, bool IsSpecial, bool IsArbitrary, string Value, string Definition, string Function)
{
    public bool IsBase => Definition.Length == 0;
}

/// <summary>A decimal prefix, "m" milli.</summary>
internal sealed record UnitPrefix(string Code, string Name, Rational Factor);
