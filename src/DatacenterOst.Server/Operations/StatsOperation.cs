using System.Globalization;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;
using DatacenterOst.Server.Fhir;
using DatacenterOst.Server.Http;
using DatacenterOst.Store.Search;

namespace DatacenterOst.Server.Operations;

/// <summary>
/// <c>Observation/$stats</c> (FHIR R4 observation-operation-stats.html): statistics of a subject's measurements, one Observation for each
/// code. Components count where the code is theirs; what was entered in error does not.
/// </summary>
public static class StatsOperation
{
    /// <summary>Codes of one request.</summary>
    private const int MaxCodes = 50;

    /// <summary>Measurements of one code that are taken into account.</summary>
    private const int MaxValues = 50_000;

    public static async Task<FhirAnswer> Answer(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        var asked = StatsAsked.Of(OperationParameters.Of(request).Require("stats", StatsAsked.Known), centre.Time.GetUtcNow());
        if (asked.Codings.Count > MaxCodes)
            throw new Problem(ProblemKind.TooCostly, $"At most {MaxCodes} codes at a time.", where: "code");
        var deadline = centre.TimeLimit.Begin();
        var series = new List<(Coded Code, ValueSeries Values)>();
        foreach (var code in asked.Codings)
            series.Add((code, await deadline.Within(token => Read(asked, code, ReadInteraction.AsOf(request), centre, token), cancellationToken)));

        return FhirAnswer.Of(output => StatsAnswer.Write(output, asked, series));
    }

    private static async Task<ValueSeries> Read(StatsAsked asked, Coded code, DateTimeOffset? asOf, DataCentre centre, CancellationToken cancellationToken)
    {
        var values = new ValueSeries(code);
        var query = SearchAsk.Parse(["Observation"], Parameters(asked, code), centre) with { Count = ResourceSearch.MaxCount, Total = TotalMode.None, AsOf = asOf };
        do
        {
            var page = await centre.Search.Find(query, Caller.Loopback, cancellationToken);
            foreach (var row in page.Rows)
                values.Add(row.Resource, Resource.ParseJson(row.Resource.Body));
            if (values.Total > MaxValues)
                throw new Problem(ProblemKind.TooCostly, $"There are more than {MaxValues} measurements; ask for a shorter period.", where: "period");
            query = query with { Cursor = page.Next };
        }
        while (query.Cursor is not null);
        return values;
    }

    private static List<KeyValuePair<string, string>> Parameters(StatsAsked asked, Coded code)
    {
        List<KeyValuePair<string, string>> parameters =
        [
            new("subject", asked.Subject),
            new("combo-code", code.System is null ? Escaped(code.Code) : $"{Escaped(code.System)}|{Escaped(code.Code)}"),
            new("_sort", "-date"),
        ];
        if (asked.From is { } from)
            parameters.Add(new("date", "ge" + ResourceJson.Instant(from)));
        if (asked.Until is { } until)
            parameters.Add(new("date", "lt" + ResourceJson.Instant(until)));
        return parameters;
    }

    // What separates values in a search is part of this one (FHIR R4 search.html#escaping).
    private static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace(",", "\\,", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal);
}

/// <summary>A code that is asked for; without a system in any.</summary>
internal sealed record Coded(string? System, string Code, string? Display);

/// <summary>What is asked of $stats.</summary>
internal sealed record StatsAsked(string Subject, IReadOnlyList<Coded> Codings, IReadOnlyList<string> Statistics)
{
    public static readonly string[] Known = ["subject", "code", "system", "coding", "duration", "period", "statistic", "include", "limit", "_asOf"];

    private const int MaxIncluded = 1_000;

    public DateTimeOffset? From { get; private init; }

    public DateTimeOffset? Until { get; private init; }

    /// <summary>How many of the measurements are sent along; 0 for none.</summary>
    public int Included { get; private init; }

    /// <exception cref="Problem">Invalid, with the parameter.</exception>
    public static StatsAsked Of(OperationParameters parameters, DateTimeOffset now)
    {
        var subject = parameters.One("subject") ?? throw new Problem(ProblemKind.Invalid, "Name the subject: subject=Patient/ID.", where: "subject");
        var codings = CodingsOf(parameters);
        if (codings.Count == 0)
            throw new Problem(ProblemKind.Invalid, "Name what is measured: code=…&system=…, or coding=system|code.", where: "code");
        var statistics = parameters.All("statistic").SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries)).Distinct().ToList();
        if (statistics.Count == 0)
            throw new Problem(ProblemKind.Invalid, $"Name a statistic: {string.Join(", ", Statistic.Names)}.", where: "statistic");
        if (statistics.Find(name => !Statistic.Names.Contains(name)) is { } unknown)
            throw new Problem(ProblemKind.Invalid, $"The statistic '{FhirRequest.Shown(unknown)}' is not made here; there are {string.Join(", ", Statistic.Names)}.", where: "statistic");
        var (from, until) = Interval(parameters, now);
        return new StatsAsked(subject, codings, statistics) { From = from, Until = until, Included = IncludedOf(parameters) };
    }

    private static List<Coded> CodingsOf(OperationParameters parameters)
    {
        var system = parameters.One("system");
        var codings = parameters.All("code").SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries)).Select(code => Split(code, system)).ToList();
        codings.AddRange(parameters.All("coding").Select(text => Split(text, system)));
        codings.AddRange(parameters.Elements("coding").Select(parameter => parameter["value"]).Where(coding => coding["code"].AsString() is not null)
            .Select(coding => new Coded(coding["system"].AsString(), coding["code"].AsString()!, coding["display"].AsString())));
        return [.. codings.DistinctBy(coding => (coding.System, coding.Code))];
    }

    private static Coded Split(string text, string? system)
    {
        var bar = text.IndexOf('|', StringComparison.Ordinal);
        return bar < 0 ? new Coded(system, text, null) : new Coded(text[..bar], text[(bar + 1)..], null);
    }

    private static (DateTimeOffset? From, DateTimeOffset? Until) Interval(OperationParameters parameters, DateTimeOffset now)
    {
        if (parameters.One("duration") is { } hours)
            return decimal.TryParse(hours, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var duration) && duration is > 0 and < 10_000_000
                ? (now.AddHours(-(double)duration), now)
                : throw new Problem(ProblemKind.Invalid, "duration is a number of hours.", where: "duration");
        if (parameters.Elements("period") is [var period, ..])
            return (period["value"]["start"].AsDateTime()?.Low, period["value"]["end"].AsDateTime()?.High);
        if (parameters.One("period") is not { } text)
            return (null, null);
        // In an address a period is written start/end or as one date, which is an interval of its own.
        var parts = text.Replace(' ', '+').Split('/');
        return (Date(parts[0])?.Low, Date(parts[^1])?.High);
    }

    private static FhirDateTime? Date(string text)
        => text.Length == 0 ? null
            : FhirDateTime.TryParse(text, out var date) ? date
            : throw new Problem(ProblemKind.Invalid, "period is a date, or start/end, such as 2026-03-01/2026-03-31.", where: "period");

    private static int IncludedOf(OperationParameters parameters)
    {
        if (parameters.One("include") is not "true")
            return 0;
        return parameters.One("limit") is not { } text ? MaxIncluded
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0 ? Math.Min(limit, MaxIncluded)
            : throw new Problem(ProblemKind.Invalid, $"limit is a whole number from 1 to {MaxIncluded}.", where: "limit");
    }
}
