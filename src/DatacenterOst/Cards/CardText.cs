using System.Text;
using System.Text.RegularExpressions;
using DatacenterOst.Clinical;

namespace DatacenterOst.Cards;

/// <summary>
/// A text of a card, with places for values, parsed once at load.
/// <list type="bullet">
/// <item><c>{creatinine}</c>, <c>{creatinine:0.0}</c>: the number, or the word that the service has for it;</item>
/// <item><c>{creatinine.withUnit}</c>: the same, and behind a number its unit;</item>
/// <item><c>{creatinine@time}</c>, <c>@date</c>, <c>@age</c>: when it was true;</item>
/// <item><c>{asOf@time}</c>, <c>{asOf@date}</c>, <c>{score}</c>, <c>{model.id}</c>, <c>{model.version}</c>;</item>
/// <item><c>{order.name}</c>: what is ordered, where the context holds orders that the model counted;</item>
/// <item><c>[[…]]</c>: left out when a value inside is missing. A missing value outside such a part drops the card, because a
/// sentence with a hole in it can mean its opposite.</item>
/// </list>
/// </summary>
public sealed partial class CardText
{
    private readonly CardPart[] _parts;

    private CardText(string source, CardPart[] parts)
    {
        Source = source;
        _parts = parts;
    }

    /// <summary>In the place of a text that could not be read.</summary>
    public static readonly CardText Empty = new("", []);

    public string Source { get; }

    /// <summary>True of a text about an order of the context.</summary>
    public bool NamesOrder => _parts.Any(part => part.Kind == CardPartKind.Order);

    /// <summary>Names of the model's values that the text needs.</summary>
    public IEnumerable<string> ValueNames => _parts.Where(part => part.Kind == CardPartKind.Value).Select(part => part.Text).Distinct();

    /// <exception cref="Problem">Invalid, for a brace that opens nothing known.</exception>
    public static CardText Parse(string source)
    {
        var parts = new List<CardPart>();
        var (position, inOption) = (0, false);
        foreach (Match mark in Mark().Matches(source))
        {
            if (mark.Index > position) parts.Add(new CardPart(CardPartKind.Literal, source[position..mark.Index]));
            position = mark.Index + mark.Length;
            var opens = mark.Value == "[[";
            if (opens != inOption && (opens || mark.Value == "]]"))
            {
                parts.Add(new CardPart(opens ? CardPartKind.OptionStart : CardPartKind.OptionEnd, ""));
                inOption = opens;
                continue;
            }

            if (mark.Groups["name"].Success) parts.Add(Placeholder(mark));
            else throw Invalid($"'{mark.Value}' has no partner or no meaning here; a value is written {{name}}, {{name:0.0}}, {{name@time}} or {{name.withUnit}}");
        }

        if (inOption) throw Invalid("'[[' is not closed");
        if (position < source.Length) parts.Add(new CardPart(CardPartKind.Literal, source[position..]));
        return new CardText(source, [.. parts]);
    }

    /// <summary>Writes the text; returns the name of a value that was missing, in which case what was written must not be used.</summary>
    internal string? Write(StringBuilder target, CardScope scope, Markup markup)
    {
        var option = -1;
        for (var i = 0; i < _parts.Length; i++)
        {
            var part = _parts[i];
            if (part.Kind == CardPartKind.OptionStart) option = target.Length;
            else if (part.Kind == CardPartKind.OptionEnd) option = -1;
            else if (!scope.Write(target, part, markup))
            {
                if (option < 0) return part.Text;
                target.Length = option;
                option = -1;
                while (_parts[i].Kind != CardPartKind.OptionEnd) i++;
            }
        }

        return null;
    }

    private static CardPart Placeholder(Match mark)
    {
        var (name, aspect) = (mark.Groups["name"].Value, mark.Groups["aspect"].Value);
        NumberShape? shape = null;
        if (mark.Groups["shape"].Success)
            shape = NumberShape.Parse(mark.Groups["shape"].Value, Rounding.Nearest) ?? throw Invalid($"{mark.Value}: a number is shaped 0, 0.0, 0.##, +0 or 0.0%");

        var kind = (name, aspect) switch
        {
            ("asOf", "@time" or "@date") => CardPartKind.AsOf,
            ("asOf", _) => throw Invalid($"{mark.Value}: write {{asOf@time}} or {{asOf@date}}"),
            ("model", ".id" or ".version") => CardPartKind.Model,
            ("model", _) => throw Invalid($"{mark.Value}: write {{model.id}} or {{model.version}}"),
            ("order", ".name") => CardPartKind.Order,
            ("order", _) => throw Invalid($"{mark.Value}: write {{order.name}}"),
            ("score", "") => CardPartKind.Score,
            (_, "" or "@time" or "@date" or "@age" or ".withUnit") => CardPartKind.Value,
            _ => throw Invalid($"{mark.Value}: {aspect} is not known; use @time, @date, @age or .withUnit"),
        };
        return new CardPart(kind, name) { Aspect = aspect, Shape = shape };
    }

    private static Problem Invalid(string message) => new(ProblemKind.Invalid, message);

    [GeneratedRegex(@"\[\[|\]\]|\{(?<name>[A-Za-z][A-Za-z0-9_-]*)(?<aspect>[@.][A-Za-z]+)?(:(?<shape>[^{}]*))?\}|[{}]")]
    private static partial Regex Mark();
}

internal enum CardPartKind : byte
{
    Literal = 1,
    Value = 2,
    AsOf = 3,
    Model = 4,
    Score = 5,
    OptionStart = 6,
    OptionEnd = 7,
    Order = 8,
}

internal sealed record CardPart(CardPartKind Kind, string Text)
{
    public string Aspect { get; init; } = "";

    /// <summary>Null where the text leaves it to the service's own shape of that value.</summary>
    public NumberShape? Shape { get; init; }
}

/// <summary>What a text becomes: plain (summary, labels) or GitHub Flavored Markdown (detail).</summary>
internal enum Markup : byte
{
    Plain = 1,
    Markdown = 2,
}
