using System.Globalization;
using System.Text;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models;

namespace DatacenterOst.Cards;

/// <summary>What came of a value: only numbers have a unit behind them.</summary>
internal enum Shown : byte
{
    Nothing = 0,
    Words = 1,
    Number = 2,
}

/// <summary>What the places in a text stand for, in one answer.</summary>
internal sealed class CardScope(CdsService service, RiskEstimate estimate, CardReader reader, AnswerFrame frame)
{
    // The orders that a card is about: all that the model counted, or the one that a suggestion is made for.
    private IReadOnlyList<DraftOrder>? concerned;

    // Beyond this a number is not a measurement, and a decimal could not hold its decimals.
    private const double LargestNumber = 1e15;

    public CdsService Service { get; } = service;

    public RiskEstimate Estimate { get; } = estimate;

    public CardReader Reader { get; } = reader;

    public AnswerFrame Frame { get; } = frame;

    /// <summary>The orders of the context that stand behind a value of the model, in the order of the context.</summary>
    public IReadOnlyList<DraftOrder> Concerned => concerned ??= Counted();

    /// <summary>The same for a text about one order; for all of them where none is given.</summary>
    public CardScope For(DraftOrder? order) => order is null ? this : new CardScope(Service, Estimate, Reader, Frame) { concerned = [order] };

    /// <summary>A value that sentences may use; one that the package only assumes does not count.</summary>
    public FeatureValue? Find(string name) =>
        Estimate.Values.TryGetValue(name, out var value) && !value.IsMissing ? value : null;

    /// <summary>Writes one part; false when there is nothing to write for it.</summary>
    public bool Write(StringBuilder target, CardPart part, Markup markup)
    {
        switch (part.Kind)
        {
            case CardPartKind.Literal:
                target.Append(part.Text);
                return true;
            case CardPartKind.AsOf:
                target.Append(part.Aspect == "@date" ? Reader.Date(Estimate.AsOf) : Reader.DateAndTime(Estimate.AsOf));
                return true;
            case CardPartKind.Model:
                target.Append(part.Aspect == ".id" ? Estimate.Model.Value : Estimate.Version);
                return true;
            case CardPartKind.Order:
                return AppendOrders(target, markup);
            case CardPartKind.Score:
                return Estimate.Score is { } score && AppendNumber(target, score, part.Shape ?? NumberShape.Default);
            default:
                return Find(part.Text) is { } value && WriteValue(target, part, value, markup);
        }
    }

    public Shown AppendResult(StringBuilder target, FeatureValue value, NumberShape? shape, Markup markup)
    {
        var spec = Service.Values.GetValueOrDefault(value.Name);
        // Where a model gives a number and a word for it (a trace that counts as not detected), the word is what it concluded from.
        if (value.Text is { } said && Word(spec, said) is { } saidWord)
        {
            target.Append(saidWord);
            return Shown.Words;
        }

        if (value.Number is not { } number) return AppendWords(target, value.Text, spec, markup);
        if (Word(spec, number.ToString("0.######", CultureInfo.InvariantCulture)) is { } word)
        {
            target.Append(word);
            return Shown.Words;
        }

        AppendComparator(target, ComparatorOf(value, number), markup);
        return AppendNumber(target, number, shape ?? spec?.Shape ?? NumberShape.Default) ? Shown.Number : Shown.Nothing;
    }

    /// <summary>The result and, behind a number, its unit.</summary>
    public Shown AppendWithUnit(StringBuilder target, FeatureValue value, NumberShape? shape, Markup markup)
    {
        var start = target.Length;
        var shown = AppendResult(target, value, shape, markup);
        if (shown == Shown.Number) AppendUnit(target, value.Unit, Service.Values.GetValueOrDefault(value.Name), target.ToString(start, target.Length - start), markup);
        return shown;
    }

    /// <summary>The result of one fact, for a series.</summary>
    public Shown AppendResult(StringBuilder target, Finding finding, CardValue? spec, Markup markup)
    {
        if (finding.Value is { } number)
        {
            AppendComparator(target, finding.Comparator, markup);
            target.Append(Reader.Number(number, spec?.Shape ?? NumberShape.Default));
            return Shown.Number;
        }

        if (finding.Category is not { } category) return AppendWords(target, finding.Text, spec, markup);
        target.Append(CategoryWord(category));
        return Shown.Words;
    }

    /// <summary>The unit as readers write it, with a blank before it; nothing for values in words.</summary>
    public void AppendUnit(StringBuilder target, string ucum, CardValue? spec, string shown, Markup markup)
    {
        var unit = spec?.Unit?.In(Reader.Language) ?? ReaderUnits.Of(ucum, shown, Reader.Language);
        if (unit.Length == 0) return;
        target.Append(' ');
        AppendOutside(target, unit, markup);
    }

    public string Label(string name) => Service.Values.GetValueOrDefault(name)?.Label?.In(Reader.Language) ?? name;

    /// <summary>A text of the package, in the reader's language.</summary>
    public string Spoken(LocalText text) => text.In(Reader.Language);

    private List<DraftOrder> Counted()
    {
        if (Frame.Orders.Count == 0) return [];
        var places = Estimate.Values.Values.SelectMany(value => value.Facts)
            .Where(fact => fact.Finding.Status == FactStatus.Draft).Select(fact => fact.Source.Place).ToHashSet(StringComparer.Ordinal);
        return [.. Frame.Orders.Where(order => places.Contains(order.Place))];
    }

    private bool AppendOrders(StringBuilder target, Markup markup)
    {
        var names = Concerned.Select(order => order.Name).OfType<string>().Distinct(StringComparer.Ordinal).Take(SuggestionWriting.MaxOrders).ToList();
        for (var at = 0; at < names.Count; at++)
        {
            if (at > 0) target.Append(", ");
            AppendOutside(target, names[at], markup);
        }

        return names.Count > 0;
    }

    private bool WriteValue(StringBuilder target, CardPart part, FeatureValue value, Markup markup)
    {
        switch (part.Aspect)
        {
            case "":
                return AppendResult(target, value, part.Shape, markup) != Shown.Nothing;
            case ".withUnit":
                return AppendWithUnit(target, value, part.Shape, markup) != Shown.Nothing;
            case "@date" when value.At is { } at:
                target.Append(Reader.Date(at));
                return true;
            case "@time" when value.At is { } at:
                target.Append(Reader.DateAndTime(at));
                return true;
            case "@age" when value.At is { } at:
                target.Append(Reader.Age(Estimate.AsOf - at));
                return true;
            default:
                return false;
        }
    }

    private bool AppendNumber(StringBuilder target, double number, NumberShape shape)
    {
        if (!(Math.Abs(number) < LargestNumber)) return false;
        target.Append(Reader.Number((decimal)number, shape));
        return true;
    }

    private Shown AppendWords(StringBuilder target, string? text, CardValue? spec, Markup markup)
    {
        if (text is null) return Shown.Nothing;
        var start = target.Length;
        if (Word(spec, text) is { } word) target.Append(word);
        else AppendOutside(target, text, markup);
        return target.Length > start ? Shown.Words : Shown.Nothing;
    }

    private string? Word(CardValue? spec, string code) =>
        spec is not null && spec.Words.TryGetValue(code, out var word) ? word.In(Reader.Language) : null;

    private static void AppendOutside(StringBuilder target, string text, Markup markup)
    {
        if (markup == Markup.Markdown) Escaping.AppendMarkdown(target, text);
        else Escaping.AppendPlain(target, text);
    }

    // A result below the detection limit must not be shown as the limit itself.
    private static Comparator ComparatorOf(FeatureValue value, double number)
    {
        foreach (var fact in value.Facts)
            if (fact.Finding.ObservedAt == value.At && fact.Finding.Value is { } said && (double)said == number) return fact.Finding.Comparator;
        return Comparator.None;
    }

    private static void AppendComparator(StringBuilder target, Comparator comparator, Markup markup) => target.Append(comparator switch
    {
        Comparator.LessThan => markup == Markup.Markdown ? "&lt; " : "< ",
        Comparator.LessOrEqual => "≤ ",
        Comparator.GreaterOrEqual => "≥ ",
        Comparator.GreaterThan => markup == Markup.Markdown ? "&gt; " : "> ",
        _ => "",
    });

    private string CategoryWord(ResultCategory category)
    {
        var danish = Reader.Language == Language.Danish;
        return category switch
        {
            ResultCategory.Positive => danish ? "positiv" : "positive",
            ResultCategory.Negative => danish ? "negativ" : "negative",
            ResultCategory.NotDetected => danish ? "ikke påvist" : "not detected",
            _ => danish ? "inkonklusiv" : "inconclusive",
        };
    }
}
