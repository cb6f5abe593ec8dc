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
/// <c>Patient/id/$everything</c> and <c>Patient/$everything</c> (FHIR R4 patient-operation-everything.html): the patient, all that is in the
/// patient's compartment, and what those resources refer to, in pages.
/// </summary>
public static class EverythingOperation
{
    private const string Owner = "Patient";

    private static readonly string[] Known = ["start", "end", "_since", "_type", "_count", "_cursor", "_asOf", "_format", "_pretty"];

    public static async Task<FhirAnswer> Answer(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        request = request with { Type = Owner, Member = "$everything", Query = OperationParameters.Of(request).AsQuery() };
        if (request.Query.Select(pair => pair.Key).FirstOrDefault(name => !Known.Contains(name)) is { } unknown)
            throw new Problem(ProblemKind.Invalid, $"$everything has no parameter '{FhirRequest.Shown(unknown)}'; it has {string.Join(", ", Known)}.", where: FhirRequest.Shown(unknown));
        if (request.Id.Length > 0)
            await ReadInteraction.Existing(request, centre, cancellationToken);
        var query = Query(request, centre);
        var care = CarePeriod.Of(request);
        var page = await centre.TimeLimit.Within(token => centre.Search.Find(query, Caller.Loopback, token), cancellationToken);
        return SearchInteraction.Answer(request, query, SentAlong.Of(request.Parameter("_cursor")).Next(Within(page, request, care)));
    }

    private static SearchQuery Query(FhirRequest request, DataCentre centre)
    {
        var asked = AskedTypes(request);
        var query = new SearchQuery
        {
            Types = [.. SearchAsk.TypesOf(Owner, "*").Where(type => asked.Count == 0 || asked.Contains(type))],
            Criteria = HistoryInteraction.Date(request, "_since") is { } since ? [new LastUpdatedCriterion([new DateOperand(SearchPrefix.Ge, since.Low, since.High)])] : [],
            // What the record refers to is part of it: who ordered, where, which medication.
            Inclusions = asked.Count > 0 ? [] : [new Inclusion(InclusionKind.Forward, null, null, null)],
            Count = HistoryInteraction.Count(request, ResourceSearch.UsualCount, ResourceSearch.MaxCount),
            Cursor = SentAlong.StoreCursor(request.Parameter("_cursor")),
            AsOf = ReadInteraction.AsOf(request),
        };
        if (query.Types.Count == 0)
            throw new Problem(ProblemKind.Invalid, "None of these types is in the compartment of Patient.", where: "_type");
        return request.Id.Length == 0 ? query : SearchAsk.Within(query, Owner, request.Id, centre);
    }

    private static HashSet<string> AskedTypes(FhirRequest request)
    {
        var asked = request.Query.Where(pair => pair.Key == "_type")
            .SelectMany(pair => pair.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .ToHashSet(StringComparer.Ordinal);
        return asked.FirstOrDefault(type => !FhirDefinitions.IsResourceType(type)) is { } wrong
            ? throw new Problem(ProblemKind.Invalid, $"FHIR R4 has no resource type '{FhirRequest.Shown(wrong)}'.", where: "_type")
            : asked;
    }

    /// <summary>
    /// Types of the compartment may also be about others (an Observation of a device); at type level those are left out. What belongs to
    /// the record is a match of its own page, and not also what another match refers to.
    /// </summary>
    private static FoundPage Within(FoundPage page, FhirRequest request, CarePeriod? care)
    {
        var compartment = FhirDefinitions.Compartments.First(known => known.Name == Owner);
        var rows = page.Rows.Where(row =>
        {
            if (care is null && request.Id.Length > 0 && row.As == FoundAs.Match)
                return true;
            var resource = Resource.ParseJson(row.Resource.Body);
            var owners = compartment.OwnersOf(resource);
            var isOfRecord = request.Id.Length > 0 ? owners.Contains(request.Id) : owners.Count > 0;
            return row.As == FoundAs.Include ? !isOfRecord : isOfRecord && (care is null || care.Has(resource));
        }).ToList();
        return page with { Rows = rows, Total = care is null && request.Id.Length > 0 ? page.Total : null };
    }
}

/// <summary>The dates of care that are asked for, both ends included.</summary>
internal sealed record CarePeriod(DateTimeOffset From, DateTimeOffset Until)
{
    // The parameters that say when something was done, ordered or true, as HL7 names them from type to type.
    private static readonly string[] Dates =
        ["date", "period", "onset-date", "recorded-date", "authoredon", "authored", "effective-time", "effective", "started", "sent", "created", "issued", "occurrence"];

    public static CarePeriod? Of(FhirRequest request)
    {
        var (start, end) = (HistoryInteraction.Date(request, "start"), HistoryInteraction.Date(request, "end"));
        if (start is null && end is null)
            return null;
        var period = new CarePeriod(start?.Low ?? DateTimeOffset.MinValue, end?.High ?? DateTimeOffset.MaxValue);
        return period.From < period.Until
            ? period
            : throw new Problem(ProblemKind.Invalid, string.Create(CultureInfo.InvariantCulture, $"start ({start}) is after end ({end})."), where: "start");
    }

    /// <summary>Whether it was within the period, or has no date of care, as the patient has none.</summary>
    public bool Has(Resource resource)
    {
        var dates = Dates.Select(code => SearchParameter.Find(resource.TypeName, code))
            .Where(parameter => parameter is { Type: SearchType.Date })
            .SelectMany(parameter => parameter!.ValuesOf(resource)).OfType<DateValue>().ToList();
        return resource.TypeName == "Patient" || dates.Count == 0 || dates.Exists(date => date.Low < Until && date.High > From);
    }
}
