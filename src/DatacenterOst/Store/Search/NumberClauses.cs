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
                    case QuantityOperand { Code: not null } quantity:
                        clauses.Add(OfQuantity(parameter, quantity, statement));
                        break;
                    default:
                        return Clause.Anything; // any unit: the index keeps values in canonical ones
                }
            }
        }

        return new Clause(Clauses.Any(clauses), false);
    }

    private static string OfQuantity(SearchParameter parameter, QuantityOperand quantity, SearchStatement statement)
    {
        var counted = Among(Terms.Counted(parameter, quantity.Code!), quantity.Prefix, quantity.Low, quantity.High, statement);
        return quantity.Canonical is { Low: { } low, High: { } high } canonical
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
