using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.Store.Search;

/// <summary>Comparisons of intervals (FHIR R4, 3.1.1.4.5 and 3.1.1.4.7): from ≤ t &lt; to, in microseconds.</summary>
internal static class DateClauses
{
    public static Clause Of(string type, ValueCriterion criterion, SearchStatement statement)
    {
        var dates = criterion.AnyOf.OfType<DateOperand>().ToList();
        if (criterion.Modifier != SearchModifier.None || dates.Count == 0)
        {
            return Clause.Anything;
        }

        var parts = TermClauses.Kept(type, criterion.Parameter, statement.Known).Select(parameter => PrincipalDates.Is(type, parameter)
            ? $"r.dated_from > {statement.Name(IndexedValues.Undated)} and {Clauses.Any(dates.Select(date => Of("r.dated_from", "r.dated_to", date, statement)))}"
            : Clauses.Among(
                "resource_range",
                $"x.term = {statement.Name(Terms.Dates(parameter))} and {Clauses.Any(dates.Select(date => Of("x.low", "x.high", date, statement)))}",
                statement));
        return new Clause(Clauses.Any(parts), true);
    }

    public static string Of(string from, string to, DateOperand date, SearchStatement statement)
    {
        string Low() => statement.Name(Instants.Micros(date.Low));
        string High() => statement.Name(Instants.Micros(date.High));
        return date.Prefix switch
        {
            SearchPrefix.Eq => $"{from} >= {Low()} and {to} <= {High()}",
            SearchPrefix.Ne => $"{from} < {Low()} or {to} > {High()}",
            SearchPrefix.Gt => $"{to} > {High()}",
            SearchPrefix.Lt => $"{from} < {Low()}",
            SearchPrefix.Ge => $"{from} >= {Low()} or {to} > {High()}",
            SearchPrefix.Le => $"{to} <= {High()} or {from} < {Low()}",
            SearchPrefix.Sa => $"{from} >= {High()}",
            SearchPrefix.Eb => $"{to} <= {Low()}",
            _ => $"{from} < {High()} and {to} > {Low()}",
        };
    }
}
