using System.Buffers;
using System.Text.RegularExpressions;
using DatacenterOst.Clinical;

namespace DatacenterOst.Cards;

/// <summary>
/// A query that the EHR runs for us before it calls (CDS Hooks 2.0.1, Prefetch Template). Only the standard's recommended
/// subset is published, because it is what every client can resolve: an instance read or a type search, equality and <c>:in</c>,
/// date prefixes, <c>_count</c> and <c>_sort</c>, and tokens of root fields of the context.
/// </summary>
public sealed partial record PrefetchTemplate(string Key, string Query)
{
    /// <summary>Longer queries break in the proxies of real EHRs.</summary>
    public const int MaxLength = 2_000;

    private static readonly string[] UserTokens = ["userPractitionerId", "userPractitionerRoleId", "userPatientId", "userRelatedPersonId"];

    private static readonly string[] DateParameters = ["date", "issued", "onset-date", "recorded-date", "authoredon", "effective", "period", "birthdate", "_lastUpdated"];

    private static readonly SearchValues<char> NotInUrls = SearchValues.Create(" \t\"<>#");

    private static readonly string[] ResultParameters = ["_count", "_sort"];

    /// <summary>True of a search whose newest results come first, so that a page that is cut is cut at the old end.</summary>
    public bool IsNewestFirst { get; } = Query.Contains("&_sort=-", StringComparison.Ordinal);

    /// <summary>True of a query that names the patient in context; other results are not held to the patient.</summary>
    public bool IsOfPatient { get; } = Query.Contains("{{context.patientId}}", StringComparison.Ordinal);

    /// <exception cref="Problem">Invalid, when a client could not resolve the template under one of the hooks.</exception>
    public static PrefetchTemplate Lint(string key, string query, IReadOnlyList<HookDefinition> hooks)
    {
        if (!KeyName().IsMatch(key)) throw Invalid("a prefetch key has letters, digits, - and _ only");
        if (query.Length > MaxLength) throw Invalid($"a template may have at most {MaxLength} characters");

        LintTokens(query, hooks);
        var plain = Token().Replace(query, "x");
        if (plain.AsSpan().IndexOfAny('{', '}') >= 0) throw Invalid("a token is written {{context.field}}, in double braces");

        var (path, parameters) = plain.IndexOf('?') is var mark and >= 0 ? (plain[..mark], plain[(mark + 1)..]) : (plain, null);
        if (parameters is null)
        {
            if (!InstanceRead().IsMatch(path)) throw Invalid("must be an instance read (Type/{{token}}) or a type search (Type?parameter=value)");
        }
        else
        {
            if (!TypeName().IsMatch(path)) throw Invalid("a search names one resource type before the question mark");
            foreach (var parameter in parameters.Split('&')) LintParameter(parameter);
        }

        return new PrefetchTemplate(key, query);
    }

    private static void LintTokens(string query, IReadOnlyList<HookDefinition> hooks)
    {
        foreach (Match token in Token().Matches(query))
        {
            var name = token.Groups["name"].Value;
            if (UserTokens.Contains(name)) continue;
            if (!name.StartsWith("context.", StringComparison.Ordinal)) throw Invalid($"{{{{{name}}}}} is not a token: context.field, or one of {string.Join(", ", UserTokens)}");

            var field = name["context.".Length..];
            foreach (var hook in hooks.Where(hook => !hook.IsCustom))
                if (!hook.Fields.Any(known => known.Name == field && known.IsPrefetchToken))
                    throw Invalid($"{field} is not a prefetch token of {hook.Name}");
        }
    }

    private static void LintParameter(string parameter)
    {
        var pair = parameter.Split('=', 2);
        if (pair.Length != 2 || pair[0].Length == 0 || pair[1].Length == 0) throw Invalid("a search parameter is name=value");

        var (name, value) = (pair[0], pair[1]);
        if (name.Contains(':', StringComparison.Ordinal) && !name.EndsWith(":in", StringComparison.Ordinal))
            throw Invalid($"{name}: of the modifiers only :in may be used");
        if (name.Contains('.', StringComparison.Ordinal)) throw Invalid($"{name}: chained parameters may not be used");
        if (name.StartsWith('_') && name is not ("_id" or "_lastUpdated") && !ResultParameters.Contains(name))
            throw Invalid($"{name}: of the result parameters only {string.Join(" and ", ResultParameters)} may be used");
        if (DateParameters.Contains(name) && !DateValue().IsMatch(value))
            throw Invalid($"{name}: a date with the prefix eq, lt, gt, ge or le");
        if (name == "_count" && (!int.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var count) || count is < 1 or > 1000))
            throw Invalid("_count is a number from 1 to 1000");
        if (value.AsSpan().ContainsAny(NotInUrls)) throw Invalid($"{name}: the value holds a character that a URL may not hold");
    }

    private static Problem Invalid(string message) => new(ProblemKind.Invalid, message);

    [GeneratedRegex(@"\{\{(?<name>[A-Za-z.]+)\}\}")]
    private static partial Regex Token();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_-]{0,63}\z")]
    private static partial Regex KeyName();

    [GeneratedRegex(@"\A[A-Z][A-Za-z]+/[A-Za-z0-9.\-]{1,64}\z")]
    private static partial Regex InstanceRead();

    [GeneratedRegex(@"\A[A-Z][A-Za-z]+\z")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"\A(eq|lt|gt|ge|le)?(\d{4}(-\d\d(-\d\d.*)?)?|x)\z")]
    private static partial Regex DateValue();
}
