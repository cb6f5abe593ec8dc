using System.Globalization;
using System.Text;
using DatacenterOst.Fhir;

namespace DatacenterOst.Specs.Conformance;

/// <summary>
/// A value of a search parameter as FHIRPath finds it, taken by the letter of the specification and compared in the simplest way
/// that there is: the measure of what the server finds by its index, and written without a look at it.
/// </summary>
internal sealed record NaiveValue
{
    /// <summary>Longest text that is asked for, in characters.</summary>
    private const int MaxAsked = 40;

    /// <summary>What one writes in a query to find it, escaped for FHIR but not for URLs; null where a query had better be made of another value.</summary>
    public string? Ask { get; private init; }

    private string Text { get; init; } = "";

    private decimal Number { get; init; }

    private (decimal Low, decimal High)? Range { get; init; }

    private (DateTimeOffset Low, DateTimeOffset High) Time { get; init; }

    /// <summary>Whether a resource with this value is found by a question made of <paramref name="asked"/>.</summary>
    public bool IsFoundBy(NaiveValue asked, SearchType type) => type switch
    {
        SearchType.String => Text.StartsWith(asked.Text, StringComparison.Ordinal),
        SearchType.Token or SearchType.Uri or SearchType.Reference => Text == asked.Text,
        SearchType.Date => Time.Low >= asked.Time.Low && Time.High <= asked.Time.High,
        _ => Range is { } range && range.Low >= asked.Number - Half(asked.Number) && range.High <= asked.Number + Half(asked.Number),
    };

    public static IEnumerable<NaiveValue> Of(SearchType type, PathValue found) => type switch
    {
        SearchType.String => Strings(found).Where(text => !string.IsNullOrWhiteSpace(text)).Select(text => FromText(text!)),
        SearchType.Token => Tokens(found).OfType<string>().Select(code => new NaiveValue { Text = code, Ask = Escaped(code) }),
        SearchType.Uri => Plain(found) is { } uri ? [new NaiveValue { Text = uri, Ask = Escaped(uri) }] : [],
        SearchType.Reference => References(found),
        SearchType.Date => Dates(found.Element),
        SearchType.Number => found.AsDecimal() is { } number ? [FromNumber(number)] : [],
        SearchType.Quantity => Quantities(found.Element),
        _ => [],
    };

    private static NaiveValue FromText(string text)
    {
        var begin = text.Trim();
        begin = begin.Length > MaxAsked ? begin[..MaxAsked].Trim() : begin;
        var isPlain = begin.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is ' ' or '-' or '.');
        return new NaiveValue { Text = Folded(text), Ask = isPlain ? Escaped(begin) : null };
    }

    /// <summary>False for a value that is no good question: a long text, or (some examples are so) a reference to a type that the parameter does not lead to.</summary>
    public bool CanBeAsked(SearchParameter parameter)
        => Ask is not null && (parameter.Type != SearchType.Reference || parameter.Targets.Count == 0 || Text.Contains(':', StringComparison.Ordinal) || parameter.Targets.Contains(Text.Split('/')[0]));

    /// <summary>The same value as a question: a text that was cut asks for its beginning.</summary>
    public NaiveValue AsQuestion(SearchType type) => type == SearchType.String ? this with { Text = Folded(Ask!) } : this;

    private static NaiveValue FromNumber(decimal number) =>
        new() { Number = number, Range = (number, number), Ask = number.ToString(CultureInfo.InvariantCulture) };

    private static IEnumerable<string?> Strings(PathValue found)
    {
        var element = found.Element;
        return element.TypeName switch
        {
            "HumanName" => element.Children().ToList().Where(part => part.Name is "text" or "family" or "given" or "prefix" or "suffix").Select(part => part.AsString()),
            "Address" => element.Children().ToList().Where(part => part.Name is "text" or "line" or "city" or "district" or "state" or "postalCode" or "country").Select(part => part.AsString()),
            "CodeableConcept" => [element["text"].AsString(), .. element.Children("coding").ToList().Select(coding => coding["display"].AsString())],
            _ => [Plain(found)],
        };
    }

    private static IEnumerable<string?> Tokens(PathValue found)
    {
        var element = found.Element;
        return element.TypeName switch
        {
            "CodeableConcept" => element.Children("coding").ToList().Select(coding => coding["code"].AsString()),
            "Coding" => [element["code"].AsString()],
            "Identifier" or "ContactPoint" => [element["value"].AsString()],
            _ => [Plain(found)],
        };
    }

    private static IEnumerable<NaiveValue> References(PathValue found)
    {
        var element = found.Element;
        var text = element.TypeName == "Reference" ? element["reference"].AsString() : Plain(found);
        if (string.IsNullOrEmpty(text) || text[0] == '#')
            return [];
        var bar = text.IndexOf('|', StringComparison.Ordinal);
        text = bar >= 0 ? text[..bar] : text;
        var history = text.IndexOf("/_history/", StringComparison.Ordinal);
        text = history >= 0 ? text[..history] : text;
        var isUsual = text.Contains("://", StringComparison.Ordinal) || (text.Count(letter => letter == '/') == 1 && FhirDefinitions.IsResourceType(text.Split('/')[0]));
        return [new NaiveValue { Text = text, Ask = isUsual && !text.Contains('#', StringComparison.Ordinal) ? Escaped(text) : null }];
    }

    private static IEnumerable<NaiveValue> Dates(Element element)
    {
        switch (element.TypeName)
        {
            case "Period":
                var (start, end) = (element["start"].AsDateTime(), element["end"].AsDateTime());
                if (start is not null || end is not null)
                    yield return new NaiveValue { Time = (start?.Low ?? DateTimeOffset.MinValue, end?.High ?? DateTimeOffset.MaxValue) };
                break;
            case "Timing":
                var events = element.Children("event").ToList().Select(moment => moment.AsDateTime()).OfType<FhirDateTime>().ToList();
                if (events.Count > 0)
                    yield return new NaiveValue { Time = (events.Min(moment => moment.Low), events.Max(moment => moment.High)) };
                if (element["repeat"]["bounds"] is { TypeName: "Period" } bounds)
                    foreach (var value in Dates(bounds))
                        yield return value;
                break;
            default:
                if (element.AsDateTime() is { } date)
                    yield return new NaiveValue { Time = (date.Low, date.High), Ask = date.ToString() };
                break;
        }
    }

    private static IEnumerable<NaiveValue> Quantities(Element element)
    {
        if (element.TypeName == "Range")
            return element["low"]["value"].AsDecimal() is { } low && element["high"]["value"].AsDecimal() is { } high ? [new NaiveValue { Range = (low, high) }] : [];
        // "<5" is no value that equals anything.
        return element["value"].AsDecimal() is { } value && !element["comparator"].Exists ? [FromNumber(value)] : [];
    }

    private static string? Plain(PathValue found)
        => found.Kind == PathKind.Element ? found.Element.AsString() : found.Kind == PathKind.None ? null : found.ToString();

    /// <summary>Half a step of the last written digit: 0.005 for 5.40, 0.5 for 100 (FHIR R4, 3.1.1.4.6).</summary>
    private static decimal Half(decimal value) => new(5, 0, 0, false, (byte)(value.Scale + 1));

    private static string Escaped(string text)
        => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal);

    /// <summary>Without case, accents and repeated blanks.</summary>
    private static string Folded(string text)
    {
        var letters = text.Normalize(NormalizationForm.FormD).Where(letter => CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark);
        return string.Join(' ', new string([.. letters]).ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
