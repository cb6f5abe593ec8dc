using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.Store.Search;

/// <summary>
/// Numbers and quantities: clauses that let a little more through, since the index holds doubles; the decimals of the resource decide.
/// </summary>
internal static class NumberClauses
{
    public static Clause Of(string type, ValueCriterion criterion, SearchStatement statement)
    {
        if (criterion.Modifier != SearchModifier.None)
        {
            return Clause.Anything;
        }

        var clauses = new List<string>();
        foreach (var parameter in TermClauses.Kept(type, criterion.Parameter, statement.Known))
        {
            foreach (var operand in criterion.AnyOf)
            {
                switch (operand)
                {
                    case NumberOperand number:
                        clauses.Add(Among(Terms.Numbers(parameter), number.Prefix, number.Low, number.High, statement));
                        break;
                    case QuantityOperand { Code: not null } quantity when !string.IsNullOrEmpty(quantity.System) || CanonicalOf(quantity) is not null:
                        clauses.Add(OfQuantity(parameter, quantity, statement));
                        break;
                    default:
                        return Clause.Anything; // any unit: the index keeps values in canonical ones
                }
            }
        }

        return new Clause(Clauses.Any(clauses), false);
    }

    // Without a system the unit is a code or a word for it; where it is UCUM's, too, values are found under their canonical unit.
    private static CanonicalRange? CanonicalOf(QuantityOperand quantity) =>
        quantity.Canonical ?? (string.IsNullOrEmpty(quantity.System)
            && Ucum.TryCanonicalise(quantity.Low, quantity.Code!, out var low, out var unit) && Ucum.TryCanonicalise(quantity.High, quantity.Code!, out var high, out _)
            ? new CanonicalRange(Math.Min(low, high), Math.Max(low, high), unit) : null);

    private static string OfQuantity(SearchParameter parameter, QuantityOperand quantity, SearchStatement statement)
    {
        var counted = Among(Terms.Counted(parameter, quantity.Code!), quantity.Prefix, quantity.Low, quantity.High, statement);
        return CanonicalOf(quantity) is { Low: { } low, High: { } high } canonical
            ? $"{Among(Terms.Canonical(parameter, canonical.Unit), quantity.Prefix, low, high, statement)} or {counted}"
            : counted;
    }

    private static string Among(long term, SearchPrefix prefix, decimal low, decimal high, SearchStatement statement)
    {
        string Low() => statement.Name(IndexedValues.Below((double)low));
        string High() => statement.Name(IndexedValues.Above((double)high));
        var condition = prefix switch
        {
            SearchPrefix.Eq or SearchPrefix.Ap => $"x.low <= {High()} and x.high >= {Low()}",
            SearchPrefix.Gt or SearchPrefix.Ge or SearchPrefix.Sa => $"x.high >= {Low()}",
            SearchPrefix.Lt or SearchPrefix.Le or SearchPrefix.Eb => $"x.low <= {High()}",
            _ => "1 = 1",
        };
        return Clauses.Among("resource_range", $"x.term = {statement.Name(term)} and {condition}", statement);
    }
}
