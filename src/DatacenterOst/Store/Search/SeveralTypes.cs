using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.Store.Search;

/// <summary>A condition for several types, taken apart where it is not looked up alike for all of them.</summary>
internal static class SeveralTypes
{
    public static Criterion Of(IReadOnlyList<string> types, Criterion criterion, SearchParameters known)
    {
        if (criterion is not ValueCriterion value)
        {
            return criterion;
        }

        var alike = types.Select(type => (Type: type, Parameter: known.Find(type, value.Parameter.Code) ?? value.Parameter))
            .GroupBy(one => Lookup(one.Type, one.Parameter, known)).Select(group => group.ToList()).ToList();
        return alike.Count == 1
            ? criterion
            : new PerTypeCriterion(criterion, [.. alike.Select(group => (
                (IReadOnlyList<string>)[.. group.Select(one => one.Type)], (Criterion)(value with { Parameter = group[0].Parameter })))]);
    }

    // What the clauses of a condition are made of.
    private static string Lookup(string type, SearchParameter parameter, SearchParameters known)
    {
        if (parameter.Type == SearchType.Composite)
        {
            return type;
        }

        var kept = TermClauses.Kept(type, parameter, known).Select(part =>
            $"{(part.IsCustom ? part.Url : part.Code)}{(PrincipalDates.Is(type, part) ? " in the row" : "")}");
        var targets = parameter.Type == SearchType.Reference ? known.TargetsOf(type, parameter) : [];
        return $"{string.Join(' ', kept)} to {string.Join(' ', targets)}";
    }
}
