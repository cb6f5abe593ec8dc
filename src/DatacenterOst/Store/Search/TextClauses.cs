using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.Store.Search;

/// <summary>Texts: their beginnings, without case and accents.</summary>
internal static class TextClauses
{
    public static Clause Of(string type, ValueCriterion criterion, SearchStatement statement)
    {
        if (criterion.Modifier is not (SearchModifier.None or SearchModifier.Exact or SearchModifier.Contains))
        {
            return Clause.Anything;
        }

        var terms = TermClauses.Kept(type, criterion.Parameter, statement.Known).Select(parameter => statement.Name(Terms.Texts(parameter)));
        var texts = criterion.AnyOf.OfType<StringOperand>().ToList();
        var any = Clauses.Any(texts.Select(text => criterion.Modifier == SearchModifier.Contains ? Containing(text, statement) : Beginning(text, statement)));
        var isExact = criterion.Modifier == SearchModifier.None && texts.All(text => text.Folded.Length <= IndexedValues.MaxText);
        return new Clause(Clauses.Among("resource_text", $"x.term in ({string.Join(", ", terms)}) and {any}", statement), isExact);
    }

    private static string Beginning(StringOperand text, SearchStatement statement)
    {
        var beginning = Sql.Storable(IndexedValues.Beginning(text.Folded));
        return beginning.Length == 0 ? "1 = 1" : $"x.folded >= {statement.Name(beginning)} and x.folded < {statement.Name(After(beginning))}";
    }

    // The end of a text that is longer than what is kept may hold it, too.
    private static string Containing(StringOperand text, SearchStatement statement)
    {
        var part = Sql.Storable(text.Folded).Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal);
        return $"x.folded like {statement.Name($"%{part}%")} escape '!' or length(x.folded) >= {IndexedValues.MaxText}";
    }

    /// <summary>The first text after all that begin so. Both stores compare by code points; no text has one above this.</summary>
    private static string After(string beginning) => beginning + "\U0010FFFF";
}
