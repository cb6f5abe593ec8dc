using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Terminology;

namespace DatacenterOst.Server.Commands;

/// <summary>A value to convert, its units already known to be valid.</summary>
internal sealed record UnitQuestion(decimal Value, string From, string To, bool IsExact)
{
    // Any molar mass shows whether one would help.
    private const decimal AnyMolarMass = 100m;

    /// <summary>The value in the unit wanted; the terminology is read only where a molar mass is needed.</summary>
    public decimal Answer(string? substance, Func<TerminologySnapshot> terminology)
    {
        try
        {
            if (Ucum.Commensurable(From, To) || !Ucum.TryConvert(1m, From, To, AnyMolarMass, out _))
                return IsExact ? Ucum.Convert(Value, From, To) : Ucum.ConvertSignificant(Value, From, To);
            var mass = MolarMass(substance, terminology());
            var hasAnswer = Ucum.TryConvert(Value, From, To, mass, out var exact);
            return hasAnswer && IsExact ? exact : Ucum.ConvertSignificant(Value, From, To, mass);
        }
        catch (UcumException e)
        {
            throw new Problem(ProblemKind.Invalid, e.Message, inner: e);
        }
    }

    private decimal MolarMass(string? substance, TerminologySnapshot terminology)
    {
        var known = $"known are {string.Join(", ", terminology.MolarMasses.Keys.Order(StringComparer.Ordinal))}";
        if (substance is null)
            throw new Problem(ProblemKind.Invalid, $"{From} and {To} are mass and amount of substance; say of what with --substance NAME; {known}");
        var masses = Masses(substance, terminology).Distinct().ToList();
        return masses.Count switch
        {
            1 => masses[0],
            0 => throw new Problem(ProblemKind.NotFound, $"there is no molar mass of '{substance}'; {known}", "--substance"),
            _ => throw new Problem(ProblemKind.Invalid, $"'{substance}' may mean several substances; {known}", "--substance"),
        };
    }

    // Glucose by its key; kreatinin and haemoglobin by the name or key of the analysis that measures it.
    private static IEnumerable<decimal> Masses(string substance, TerminologySnapshot terminology)
    {
        bool IsIt(string name) => name.Equals(substance, StringComparison.OrdinalIgnoreCase);
        var byKey = terminology.MolarMasses.Where(pair => IsIt(pair.Key)).Select(pair => pair.Value).ToList();
        return byKey.Count > 0
            ? byKey
            : terminology.Concepts.Where(entry => IsIt(entry.Key) || IsIt(entry.DisplayDa) || IsIt(entry.Concept.Display)).Select(entry => entry.MolarMass).OfType<decimal>();
    }
}
