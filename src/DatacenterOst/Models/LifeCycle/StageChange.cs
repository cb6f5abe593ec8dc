using System.Globalization;
using DatacenterOst.Clinical;
using DatacenterOst.Store.Models;

namespace DatacenterOst.Models.LifeCycle;

/// <summary>Who changes something and why; both are required, and kept with the change.</summary>
public sealed record Reason(string Who, string Why)
{
    /// <exception cref="Problem">Invalid, when one of them is missing or too long.</exception>
    public Reason Checked()
    {
        Require(Who, "who", "say who makes the change");
        Require(Why, "why", "say why, in a sentence");
        return new Reason(Who.Trim(), Why.Trim());
    }

    private static void Require(string? text, string where, string message)
    {
        if (string.IsNullOrWhiteSpace(text)) throw new Problem(ProblemKind.Invalid, message, where);
        if (text.Length > ModelChanges.MaxText) throw new Problem(ProblemKind.Invalid, $"is longer than {ModelChanges.MaxText} characters", where);
    }
}

/// <summary>To which stage a version is put.</summary>
/// <param name="Share">Of 10,000 patients; for a canary by share.</param>
/// <param name="Units">For a canary by unit.</param>
public sealed record StageChange(ModelStage To, int Share, IReadOnlyList<string> Units)
{
    /// <summary>Wards of one canary.</summary>
    public const int MaxUnits = 50;

    /// <summary>A name of a ward that is longer is none; as long as answers keep it.</summary>
    public const int MaxUnit = 100;

    /// <param name="stage">silent, canary, active or retired.</param>
    /// <param name="share">Such as <c>10%</c>; null for none.</param>
    /// <exception cref="Problem">Invalid, with the place.</exception>
    public static StageChange Parse(string? stage, string? share, IReadOnlyList<string>? units)
    {
        var to = stage switch
        {
            "silent" => ModelStage.Silent,
            "canary" => ModelStage.Canary,
            "active" => ModelStage.Active,
            "retired" => ModelStage.Retired,
            _ => throw new Problem(ProblemKind.Invalid, "must be silent, canary, active or retired; draft and verified follow from the vectors alone", where: "to"),
        };
        var named = (units ?? []).Select(unit => unit.Trim()).Where(unit => unit.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        if (named.Count > MaxUnits || named.Any(unit => unit.Length > MaxUnit || unit.Contains('\n', StringComparison.Ordinal)))
            throw new Problem(ProblemKind.Invalid, $"must be at most {MaxUnits} names of at most {MaxUnit} characters", where: "unit");
        var part = share is null ? 0 : Part(share);
        if (to == ModelStage.Canary && (part > 0) == (named.Count > 0))
            throw new Problem(ProblemKind.Invalid, "a canary is for a share of the patients (10%) or for named units; give one of the two", where: "share");
        if (to != ModelStage.Canary && (part > 0 || named.Count > 0))
            throw new Problem(ProblemKind.Invalid, "only a canary has a share or units", where: "share");
        return new StageChange(to, part, named);
    }

    private static int Part(string text)
    {
        var number = text.Trim().TrimEnd('%').Trim();
        if (decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent >= 0.01m && percent < 100)
            return (int)(percent * (ModelChange.WholeShare / 100));
        throw new Problem(ProblemKind.Invalid, "must be a share of the patients such as 10% (at least 0.01%, below 100%)", where: "share");
    }
}
