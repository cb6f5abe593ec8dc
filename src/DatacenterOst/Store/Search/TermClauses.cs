using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.Store.Search;

/// <summary>Codes, references and addresses: what is looked up exactly.</summary>
internal static class TermClauses
{
    public static Clause Of(string type, ValueCriterion criterion, SearchStatement statement)
    {
        // A value set or a branch of a hierarchy that is known is its codes.
        criterion = criterion.WithCodesListed() ?? criterion;
        var terms = new List<long>();
        foreach (var parameter in Kept(type, criterion.Parameter, statement.Known))
        {
            foreach (var operand in criterion.AnyOf)
            {
                if (TermsOf(type, criterion, parameter, operand, statement) is not { } found)
                {
                    return Clause.Anything;
                }

                terms.AddRange(found);
            }
        }

        var isRare = statement.Patient is null && criterion.Modifier != SearchModifier.Not && TellsOne(criterion.Parameter);
        var any = isRare ? Clauses.HasRare(statement, terms) : Clauses.HasAny(statement, terms);
        return criterion.Modifier switch
        {
            SearchModifier.Not => any with { Sql = $"not ({any.Sql})" },
            SearchModifier.OfType => any with { IsExact = false },
            _ => any,
        };
    }

    // Business identifiers and canonical addresses, which are there to tell one from all others.
    private static bool TellsOne(SearchParameter parameter) => parameter is { IsCustom: false, Code: "identifier" or "url" };

    /// <summary>The parameters whose values are kept for this one: itself, or those that it is the union or a part of.</summary>
    public static IReadOnlyList<SearchParameter> Kept(string type, SearchParameter parameter, SearchParameters known) =>
        known.PartsOf(type, parameter) is { Count: > 0 } parts ? [.. parts.Select(part => part.Parameter)] : [parameter];

    // Null where the terms cannot tell.
    private static IEnumerable<long>? TermsOf(
        string type, ValueCriterion criterion, SearchParameter kept, Operand operand, SearchStatement statement) => (criterion.Modifier, operand) switch
        {
            (SearchModifier.None or SearchModifier.Not, TokenOperand token) => OfToken(kept, token),
            (SearchModifier.OfType, TypedIdentifierOperand typed) => [Terms.Token(kept, typed.Value)],
            (SearchModifier.Identifier, TokenOperand { Code: { } value } identifier) => [Terms.Identifier(kept, identifier.System ?? "*", value)],
            (SearchModifier.None, ReferenceOperand reference) => OfReference(statement.Known.TargetsOf(type, criterion.Parameter), kept, reference),
            (SearchModifier.None, UriOperand uri) => [Terms.Address(kept, uri.Uri)],
            _ => null,
        };

    private static IEnumerable<long>? OfToken(SearchParameter kept, TokenOperand token) => token switch
    {
        { Code: null } => null,
        { System: null } => [Terms.Token(kept, token.Code)],
        _ => [Terms.Token(kept, token.System, token.Code)],
    };

    private static IEnumerable<long> OfReference(IReadOnlyList<string> targets, SearchParameter kept, ReferenceOperand reference)
    {
        if (reference.Url is { } url)
        {
            return [Terms.Address(kept, url)];
        }

        var isAny = targets.Count == 0 || targets.Contains("Resource", StringComparer.Ordinal);
        return reference.Type is { } type
            ? isAny || targets.Contains(type, StringComparer.Ordinal) ? [Terms.Reference(kept, type, reference.Id!)] : []
            : (isAny ? FhirDefinitions.ResourceTypes : targets).Select(target => Terms.Reference(kept, target, reference.Id!));
    }
}
