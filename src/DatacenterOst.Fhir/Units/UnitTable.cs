using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Units;

/// <summary>UCUM's prefixes and units, loaded once from the embedded table; immutable.</summary>
internal sealed class UnitTable
{
    private static readonly Lazy<UnitTable> Loaded = new(() => new UnitTable());
    private readonly Dictionary<string, UnitAtom> atoms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, UnitTerm> terms = new(StringComparer.Ordinal);
    private readonly List<UnitPrefix> prefixes = [];

    private UnitTable()
    {
        foreach (var row in DefinitionFile.Rows("ucum.tsv"))
        {
            if (row[0] == "P") prefixes.Add(new UnitPrefix(row[1], row[2], Rational.Parse(row[3])));
            else if (row[0] == "B") atoms[row[1]] = new UnitAtom(row[1], row[2], row[3], true, false, false, "1", "", "");
            else atoms[row[1]] = new UnitAtom(row[1], row[2], row[3], row[4] == "1", row[5] == "1", row[6] == "1", row[7], row[8], row[9]);
        }
        foreach (var atom in atoms.Values) Resolve(atom);
    }

    public static UnitTable Current => Loaded.Value;

    /// <summary>Finds "mm" as prefix m and unit m; a unit of its own goes before a prefixed one.</summary>
    public bool TryFind(string symbol, out UnitPrefix? prefix, out UnitAtom atom)
    {
        prefix = null;
        if (atoms.TryGetValue(symbol, out atom!)) return true;
        foreach (var candidate in prefixes)
        {
            if (!symbol.StartsWith(candidate.Code, StringComparison.Ordinal)) continue;
            if (!atoms.TryGetValue(symbol[candidate.Code.Length..], out atom!) || !atom.IsMetric) continue;
            prefix = candidate;
            return true;
        }
        return false;
    }

    public bool IsPrefix(string symbol) => prefixes.Exists(p => p.Code == symbol);

    /// <summary>What an atom is in base units.</summary>
    public UnitTerm Resolve(UnitAtom atom)
    {
        if (terms.TryGetValue(atom.Code, out var term)) return term;
        if (atom.IsBase || (atom.IsArbitrary && atom.Definition == "1")) term = UnitTerm.Of(atom.Code);
        else
        {
            var definition = UnitParser.Parse(atom.Definition, this);
            term = definition.Scale(Rational.Parse(atom.Value));
            if (atom.IsSpecial) term = term.WithFunction(SpecialFunction.Named(atom.Function));
        }
        // All atoms are resolved in the constructor, so that later reads need no lock.
        terms[atom.Code] = term;
        return term;
    }
}
