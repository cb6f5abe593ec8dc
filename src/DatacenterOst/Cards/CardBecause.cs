using System.Text;
using DatacenterOst.Features;
using DatacenterOst.Models.Explanation;

namespace DatacenterOst.Cards;

/// <summary>Whether and how far a card says what made the number.</summary>
/// <param name="Groups">At most so many terms, those that counted most.</param>
/// <param name="Change">Whether the target that would change most is told.</param>
public sealed record BecauseContent(int Groups, ShowChange Change)
{
    /// <summary>A card is read in seconds.</summary>
    public const int MaxGroups = 10;
}

public enum ShowChange : byte
{
    Hide = 1,
    Show = 2,
}

/// <summary>The part of a card's detail that says why: the terms of the explanation that counted most, each with its values.</summary>
internal static class CardBecause
{
    /// <summary>Values beside one term; a reader who wants all of them opens the page behind the card.</summary>
    private const int MaxValues = 3;

    // How many decimals a contribution to the margin is told with; its size matters beside the others, not by itself.
    private static readonly NumberShape Contribution = new(2, 2, Rounding.Nearest) { IsSigned = true };

    private static readonly NumberShape Percent = new(0, 1, Rounding.Nearest) { IsPercent = true };

    public static void Write(StringBuilder target, CardScope scope, BecauseContent? because)
    {
        if (because is null) return;
        if (scope.Estimate.Explanation is { Groups.Count: > 0 } explanation) WriteGroups(target, scope, explanation, because.Groups);
        if (because.Change == ShowChange.Show && scope.Estimate.MostChanging is { } effect) WriteChange(target, scope, effect);
    }

    private static void WriteGroups(StringBuilder target, CardScope scope, RiskExplanation explanation, int most)
    {
        var danish = scope.Reader.Language == Language.Danish;
        target.Append(danish ? "| Fordi | Bidrag | Værdier |\n|:--|--:|:--|\n" : "| Because | Contribution | Values |\n|:--|--:|:--|\n");
        foreach (var group in explanation.Groups.Take(most))
        {
            target.Append("| ").Append(scope.Spoken(group.Text)).Append(" | ").Append(Direction(group.Value, danish));
            if (group.Value != 0) target.Append(" (").Append(scope.Reader.Number(Held(group.Value), Contribution)).Append(')');
            target.Append(" | ");
            WriteValues(target, scope, group);
            target.Append(" |\n");
        }

        target.Append('\n');
    }

    private static void WriteValues(StringBuilder target, CardScope scope, GroupContribution group)
    {
        var danish = scope.Reader.Language == Language.Danish;
        foreach (var (place, name) in group.Features.Take(MaxValues).Index())
        {
            if (place > 0) target.Append(", ");
            target.Append(scope.Label(name)).Append(' ');

            // Without a value the term still counted, by what the model makes of its absence; that is said and never hidden.
            if (group.Missing.Contains(name)) target.Append(danish ? "mangler" : "missing");
            else if (!scope.Estimate.Values.TryGetValue(name, out var value) || scope.AppendWithUnit(target, value, null, Markup.Markdown) == Shown.Nothing) target.Append('–');
        }

        var rest = group.Features.Count - MaxValues;
        if (rest > 0) target.Append(danish ? $" og {rest} til" : $" and {rest} more");
    }

    private static void WriteChange(StringBuilder target, CardScope scope, TargetEffect effect)
    {
        var danish = scope.Reader.Language == Language.Danish;
        var shape = scope.Estimate.Probability is null ? NumberShape.Default : Percent;
        target.Append(danish ? "**Mest ville det ændre:** " : "**Would change most:** ").Append(scope.Spoken(effect.Text)).Append(": ")
            .Append(scope.Reader.Number(Held(effect.From), shape)).Append(" → ").Append(scope.Reader.Number(Held(effect.To), shape))
            .Append(danish ? " (sammenhæng i modellen, ikke en lovet virkning)\n\n" : " (an association in the model, not a promised effect)\n\n");
    }

    // A decimal holds no more, and nobody reads more.
    private static decimal Held(double number) => (decimal)Math.Clamp(number, -1e15, 1e15);

    private static string Direction(double value, bool danish) => value switch
    {
        > 0 => danish ? "øger" : "raises",
        < 0 => danish ? "sænker" : "lowers",
        _ => danish ? "uden betydning" : "no effect",
    };
}
