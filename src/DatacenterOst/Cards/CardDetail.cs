using System.Text;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models;

namespace DatacenterOst.Cards;

/// <summary>
/// The detail of a card, always in the same order, so that a reader in a hurry knows where to look: what it is, the
/// values and how old they are, what to do, and which model said so.
/// </summary>
internal static class CardDetail
{
    private const int HashPrefix = 12;

    /// <summary>Returns the name of a value that a text needed and that was missing.</summary>
    public static string? Write(StringBuilder target, CardScope scope, CardContent content, Conclusion conclusion)
    {
        var language = scope.Reader.Language;
        target.Append("**");
        if (content.Heading.In(language).Write(target, scope, Markup.Markdown) is { } inHeading) return inHeading;
        target.Append("**\n\n");

        WriteTable(target, scope, content.Rows.Count > 0 ? content.Rows : conclusion.Rows);

        CardBecause.Write(target, scope, content.Because);

        target.Append(language == Language.Danish ? "**Næste skridt:** " : "**Next step:** ");
        if (content.Next.In(language).Write(target, scope, Markup.Markdown) is { } inNext) return inNext;
        target.Append("\n\n");

        WriteGaps(target, scope);
        WriteOrigin(target, scope);
        return null;
    }

    /// <summary>When the newest fact behind any value was true of the patient; an order being written is no news of the patient. Null when no facts were used.</summary>
    public static DateTimeOffset? NewestInput(RiskEstimate estimate)
    {
        DateTimeOffset? newest = null;
        foreach (var value in estimate.Values.Values)
            foreach (var fact in value.Facts)
                if (fact.Finding.Status != FactStatus.Draft && (newest is null || fact.Finding.ObservedAt > newest)) newest = fact.Finding.ObservedAt;
        return newest;
    }

    private static void WriteTable(StringBuilder target, CardScope scope, IReadOnlyList<string> rows)
    {
        var start = target.Length;
        target.Append(scope.Reader.Language == Language.Danish
            ? "| Værdi | Resultat | Tidspunkt | Alder |\n|:--|--:|:--|:--|\n"
            : "| Value | Result | Time | Age |\n|:--|--:|:--|:--|\n");
        var header = target.Length;
        foreach (var name in rows)
            if (scope.Estimate.Values.TryGetValue(name, out var value)) WriteRows(target, scope, value);

        if (target.Length == header) target.Length = start;
        else target.Append('\n');
    }

    private static void WriteRows(StringBuilder target, CardScope scope, FeatureValue value)
    {
        var spec = scope.Service.Values.GetValueOrDefault(value.Name);
        if (spec is { Series: > 0 } && value.Facts.Count > 0)
        {
            // The model's facts come oldest first; a reader wants the newest on top.
            foreach (var fact in value.Facts.OrderByDescending(fact => fact.Finding.ObservedAt).Take(spec.Series))
                WriteRow(target, scope, value.Name, fact.Finding.ObservedAt, () => AppendFact(target, scope, fact, spec));
            return;
        }

        WriteRow(target, scope, value.Name, value.At, () => AppendValue(target, scope, value, spec));
    }

    private static void WriteRow(StringBuilder target, CardScope scope, string name, DateTimeOffset? at, Func<bool> appendResult)
    {
        var start = target.Length;
        target.Append("| ").Append(scope.Label(name)).Append(" | ");
        if (!appendResult())
        {
            target.Length = start;
            return;
        }

        target.Append(" | ");
        if (at is { } instant) target.Append(scope.Reader.DateAndTime(instant)).Append(" | ").Append(scope.Reader.Age(scope.Estimate.AsOf - instant));
        else target.Append("– | –");
        target.Append(" |\n");
    }

    private static bool AppendValue(StringBuilder target, CardScope scope, FeatureValue value, CardValue? spec)
    {
        if (scope.AppendWithUnit(target, value, null, Markup.Markdown) == Shown.Nothing) return false;
        if (spec?.Points is { } points && scope.Find(points) is { Number: { } given }) AppendPoints(target, scope, given);

        // A value that the package assumes in place of a missing one is never shown as if someone had recorded it.
        if (value.IsMissing) target.Append(scope.Reader.Language == Language.Danish ? " (antaget, ikke registreret)" : " (assumed, not on record)");
        return true;
    }

    private static void AppendPoints(StringBuilder target, CardScope scope, double given)
    {
        var shown = scope.Reader.Number((decimal)given, NumberShape.Default);
        target.Append(" (").Append(shown).Append(' ').Append(ReaderUnits.Of("{points}", shown, scope.Reader.Language)).Append(')');
    }

    private static bool AppendFact(StringBuilder target, CardScope scope, Fact fact, CardValue spec)
    {
        var start = target.Length;
        var shown = scope.AppendResult(target, fact.Finding, spec, Markup.Markdown);
        if (shown == Shown.Number) scope.AppendUnit(target, fact.Finding.Concept.Unit, spec, target.ToString(start, target.Length - start), Markup.Markdown);
        return shown != Shown.Nothing;
    }

    private static void WriteGaps(StringBuilder target, CardScope scope)
    {
        if (scope.Frame.Gaps.Count == 0) return;
        var language = scope.Reader.Language;
        target.Append(language == Language.Danish ? "**Ikke oplyst:** " : "**Not supplied:** ")
            .AppendJoin(", ", scope.Frame.Gaps.Select(gap => gap.In(language)))
            .Append(language == Language.Danish ? ". Konklusionen er draget uden.\n\n" : ". The conclusion was drawn without it.\n\n");
    }

    public static void WriteOrigin(StringBuilder target, CardScope scope)
    {
        var (estimate, reader) = (scope.Estimate, scope.Reader);
        var danish = reader.Language == Language.Danish;
        target.Append("Model ").Append(estimate.Model.Value).Append(' ').Append(estimate.Version)
            .Append(danish ? " (indhold " : " (content ").Append(estimate.Hash.AsSpan(0, Math.Min(HashPrefix, estimate.Hash.Length))).Append(')')
            .Append(danish ? " · opgjort " : " · as of ").Append(reader.DateAndTime(estimate.AsOf));
        if (NewestInput(estimate) is { } newest) target.Append(danish ? " · nyeste data " : " · newest input ").Append(reader.DateAndTime(newest));
        if (scope.Service.Horizon is { } horizon) target.Append(" · ").Append(horizon.In(reader.Language));
    }
}
