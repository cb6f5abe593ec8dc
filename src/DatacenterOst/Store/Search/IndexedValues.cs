using DatacenterOst.Fhir;

namespace DatacenterOst.Store.Search;

/// <summary>
/// What of a resource is looked up: terms, ranges and texts, and the date that it is ordered by. Parameters that are a union of
/// others (combo-code) or a part of one (patient) are found through those and are not kept again.
/// </summary>
internal sealed class IndexedValues
{
    /// <summary>Stands for a resource without a date: before all dates.</summary>
    public const long Undated = long.MinValue;

    /// <summary>Beginning of a text that is indexed; what is longer is compared in the resource.</summary>
    public const int MaxText = 200;

    // Lists until all is known, and each value once then: sets would be most of what an Observation takes on its way into the store.
    private readonly List<long> terms = new(24);
    private readonly List<(long Term, double Low, double High)> ranges = new(2);
    private readonly List<(long Term, string Folded)> texts = [];

    /// <summary>In ascending order.</summary>
    public IReadOnlyCollection<long> Terms => terms;

    public IReadOnlyCollection<(long Term, double Low, double High)> Ranges { get; private set; } = [];

    public IReadOnlyCollection<(long Term, string Folded)> Texts { get; private set; } = [];

    public long DatedFrom { get; private set; } = Undated;

    public long DatedTo { get; private set; } = Undated;

    public static IndexedValues Of(Resource resource, SearchParameters known) => Of(resource.TypeName, known.ExtractAlone(resource));

    /// <summary>Of values that are known already.</summary>
    public static IndexedValues Of(string type, IEnumerable<SearchValue> values)
    {
        var indexed = new IndexedValues();
        var codes = new List<TokenValue>();
        foreach (var value in values)
        {
            indexed.Add(type, value);
            if (CodeGroups.Are(type) && value is TokenValue { Parameter.Code: "code", Code: not null } code) codes.Add(code);
        }

        if (codes.Count > 0) indexed.terms.Add(Search.Terms.Together(codes[0].Parameter, codes.Select(code => (code.System ?? "", code.Code!))));
        indexed.Finish();
        return indexed;
    }

    // Each value once.
    private void Finish()
    {
        terms.Sort();
        var kept = 0;
        for (var next = 0; next < terms.Count; next++)
        {
            if (kept == 0 || terms[next] != terms[kept - 1]) terms[kept++] = terms[next];
        }

        terms.RemoveRange(kept, terms.Count - kept);
        Ranges = ranges.Count > 1 ? [.. ranges.Distinct()] : ranges;
        Texts = texts.Count > 1 ? [.. texts.Distinct()] : texts;
    }

    private void Add(string type, SearchValue value)
    {
        switch (value)
        {
            case TokenValue token: Add(token); break;
            case ReferenceValue reference: Add(reference); break;
            case UriValue uri: terms.Add(Search.Terms.Address(uri.Parameter, uri.Uri)); break;
            case StringValue text: texts.Add((Search.Terms.Texts(text.Parameter), Sql.Storable(Beginning(text.Folded)))); break;
            case DateValue date: Add(type, date); break;
            case NumberValue number: ranges.Add((Search.Terms.Numbers(number.Parameter), Below((double)number.Low), Above((double)number.High))); break;
            case QuantityValue quantity: Add(quantity); break;
        }
    }

    private void Add(TokenValue token)
    {
        if (token.Code is { } code)
        {
            terms.Add(Search.Terms.Token(token.Parameter, code));
            terms.Add(Search.Terms.Token(token.Parameter, token.System ?? "", code));
        }
    }

    private void Add(ReferenceValue reference)
    {
        if (reference.Type is { } type && reference.Id is { } id)
        {
            terms.Add(reference.Base is null ? Search.Terms.Reference(reference.Parameter, type, id) : Search.Terms.Address(reference.Parameter, $"{reference.Base}/{type}/{id}"));
        }
        else if (reference.Url is { } url)
        {
            terms.Add(Search.Terms.Address(reference.Parameter, url));
            if (url.IndexOf('|', StringComparison.Ordinal) is > 0 and var bar)
            {
                terms.Add(Search.Terms.Address(reference.Parameter, url[..bar]));
            }
        }

        if (reference.IdentifierValue is not null)
        {
            terms.Add(Search.Terms.Identifier(reference.Parameter, reference.IdentifierSystem, reference.IdentifierValue));
            terms.Add(Search.Terms.Identifier(reference.Parameter, "*", reference.IdentifierValue));
        }
    }

    private void Add(string type, DateValue date)
    {
        if (PrincipalDates.Is(type, date.Parameter) && DatedFrom == Undated)
        {
            (DatedFrom, DatedTo) = (Instants.Micros(date.Low), Instants.Micros(date.High));
        }
        else
        {
            ranges.Add((Search.Terms.Dates(date.Parameter), Instants.Micros(date.Low), Instants.Micros(date.High)));
        }
    }

    private void Add(QuantityValue quantity)
    {
        var (term, low, high) = quantity.Canonical is { } canonical
            ? (Search.Terms.Canonical(quantity.Parameter, canonical.Unit), canonical.Low, canonical.High)
            : (Search.Terms.Counted(quantity.Parameter, quantity.Code ?? quantity.Unit ?? ""), quantity.Low, quantity.High);
        ranges.Add((term, low is { } from ? Below((double)from) : double.NegativeInfinity, high is { } to ? Above((double)to) : double.PositiveInfinity));
    }

    internal static string Beginning(string folded) => folded.Length <= MaxText ? folded : folded[..MaxText];

    // A decimal seldom is a double; the range that is kept holds it, and the resource itself decides at the edge.
    internal static double Below(double value) => value - (Math.Abs(value) * 1e-12);

    internal static double Above(double value) => value + (Math.Abs(value) * 1e-12);
}
