using DatacenterOst.Fhir.Units;

namespace DatacenterOst.Fhir;

/// <summary>A UCUM unit that has been read; immutable.</summary>
public sealed class Unit
{
    internal Unit(string code, UnitTerm term) => (Code, Term) = (code, term);

    /// <summary>The code as written, "mmol/L".</summary>
    public string Code { get; }

    /// <summary>The base units, "g.m-3", or "1"; units are commensurable when this is the same.</summary>
    public string Canonical => Term.Canonical;

    /// <summary>True for scales that do not begin at zero or are not linear: Cel, [degF], [pH], dB.</summary>
    public bool IsSpecial => Term.Function is not null;

    /// <summary>The unit in words, "(millimole) / (liter)".</summary>
    public string Display => UnitParser.Display(Code, UnitTable.Current);

    /// <summary>The conversion of values to base units, made once.</summary>
    internal UnitConversion ToBase => field ??= new UnitConversion(Term, Term.Base);

    internal UnitTerm Term { get; }

    /// <summary>The code as written.</summary>
    public override string ToString() => Code;
}
