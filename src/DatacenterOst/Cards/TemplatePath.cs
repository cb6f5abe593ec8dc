using System.Globalization;
using System.Text.RegularExpressions;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;

namespace DatacenterOst.Cards;

/// <summary>
/// Tokens of the 3.0 ballot (Prefetch tokens containing simpler FHIRPath): steps from a field of the context or from an earlier
/// template's result (<c>%key</c>), <c>ofType(X)</c>, <c>resolve()</c>, <c>today()</c> with days, weeks, months or years added or taken, and several
/// of them joined by <c>|</c>. Published to clients of 3.0 only.
/// </summary>
public static partial class TemplatePath
{
    /// <param name="earlier">Keys that are published before this one: a template builds on those, so no cycle can be written.</param>
    /// <exception cref="Problem">Invalid, when a client of 3.0 could not resolve the template.</exception>
    public static void Lint(string query, IReadOnlyList<string> earlier, IReadOnlyList<HookDefinition> hooks)
    {
        if (query.Length > PrefetchTemplate.MaxLength) throw Invalid($"a template may have at most {PrefetchTemplate.MaxLength} characters");
        foreach (Match token in Token().Matches(query))
            foreach (var part in token.Groups["path"].Value.Split('|', StringSplitOptions.TrimEntries))
                LintPart(part, earlier, hooks);
        if (Token().Replace(query, "x").AsSpan().IndexOfAny('{', '}') >= 0) throw Invalid("a token is written {{path}}, in double braces");
    }

    /// <summary><c>today()</c> with what is added or taken; null for every other token.</summary>
    public static string? Day(string path, DateOnly today)
    {
        if (Today().Match(path.Trim()) is not { Success: true } match) return null;
        if (!match.Groups["count"].Success) return Written(today);
        var count = int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture) * (match.Groups["sign"].Value == "-" ? -1 : 1);
        return Written(match.Groups["unit"].Value switch
        {
            "day" => today.AddDays(count),
            "week" => today.AddDays(7 * count),
            "month" => today.AddMonths(count),
            _ => today.AddYears(count),
        });
    }

    private static void LintPart(string part, IReadOnlyList<string> earlier, IReadOnlyList<HookDefinition> hooks)
    {
        if (Today().IsMatch(part) || part is "userPractitionerId" or "userPractitionerRoleId" or "userPatientId" or "userRelatedPersonId") return;
        if (Path().Match(part) is not { Success: true } path) throw Invalid($"{{{{{part}}}}}: only steps, ofType(), resolve(), today() with + or -, and | may be used");
        foreach (Capture type in path.Groups["type"].Captures)
            if (!FhirDefinitions.IsResourceType(type.Value)) throw Invalid($"ofType({type.Value}): a concrete resource type is needed");
        var root = path.Groups["root"].Value;
        if (root.StartsWith('%'))
        {
            if (!earlier.Contains(root[1..])) throw Invalid($"{root} is not the key of a template above this one");
            return;
        }

        var field = path.Groups["field"].Value;
        foreach (var hook in hooks.Where(hook => !hook.IsCustom))
            if (hook.Fields.All(known => known.Name != field)) throw Invalid($"{field} is not a field of the context of {hook.Name}");
    }

    private static string Written(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Problem Invalid(string message) => new(ProblemKind.Invalid, message);

    [GeneratedRegex(@"\{\{(?<path>[^{}]*)\}\}")]
    private static partial Regex Token();

    [GeneratedRegex(@"\Atoday\(\)(\s*(?<sign>[+-])\s*(?<count>\d{1,4})\s+(?<unit>day|week|month|year)s?)?\z")]
    private static partial Regex Today();

    [GeneratedRegex(@"\A((?<root>%[A-Za-z][A-Za-z0-9_-]*)|context\.(?<field>[A-Za-z]+))(\.(resolve\(\)|ofType\((?<type>[A-Za-z]+)\)|[a-z][A-Za-z0-9]*(?!\()))*\z")]
    private static partial Regex Path();
}
