using System.Globalization;
using DatacenterOst.Clinical;
using DatacenterOst.Normalise;
using DatacenterOst.Sources;
using DatacenterOst.Sources.Fhir;
using DatacenterOst.Store;

namespace DatacenterOst.Cards;

/// <summary>
/// From prefetched resources to facts, through the same source, normaliser and resolution as everything that is stored, so
/// that a card from prefetch and one from the store are the same.
/// </summary>
public sealed class PrefetchReading(Normaliser normaliser, SourceProfile profile)
{
    /// <summary>For clients that have no source profile of their own: standard codes, Danish local time.</summary>
    public static readonly SourceProfile StandardProfile = new() { Id = "cds-hooks-prefetch", Format = SourceFormat.Fhir };

    /// <param name="query">What the model needs: tells whether a page that was cut still reaches back far enough.</param>
    /// <param name="asOf">Also when the prefetch counts as known, where a resource does not say it.</param>
    /// <exception cref="Problem">Invalid for what is not FHIR; PreconditionFailed when the patient is another than the context's.</exception>
    public PrefetchOutcome Read(HookRequest request, CdsService service, TimelineQuery query, DateTimeOffset asOf)
    {
        var patientId = request.Context.PatientId
            ?? throw new Problem(ProblemKind.PreconditionFailed, $"{service.Id} needs a patient.", "context.patientId");
        var pages = service.Prefetch.Select(template => Page.Of(request, template, profile)).ToList();
        var about = new AboutPatient(patientId, request.FhirServer, Identifiers(pages, patientId));

        var gathered = new Gathered();
        foreach (var page in pages) Take(page, about, query, asOf, gathered);
        return new PrefetchOutcome
        {
            Facts = gathered.Facts,
            Demographics = gathered.Demographics,
            AsOf = AsOf.KnownBy(asOf),
            Missing = gathered.Missing,
            OtherPatients = gathered.OtherPatients,
            Rejected = gathered.Rejected,
        };
    }

    /// <summary>What is being ordered, as facts of now that only features which ask for drafts see.</summary>
    public IReadOnlyList<Fact> Drafts(IReadOnlyList<DraftOrder> orders, DateTimeOffset asOf)
    {
        var facts = new List<Fact>(orders.Count);
        var now = new RawTime(asOf.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), TimeFormat.Iso, "UTC");
        foreach (var order in orders)
        {
            var said = new RawFact { Kind = FactKind.Medication, Codings = order.Codings, ObservedAt = now, KnownAt = now, Status = "active", ResultId = order.Place };
            var item = new RawItem { Place = order.Place, Facts = [said] };
            foreach (var normal in normaliser.Normalise(new RawRecord(default, order.Place, null, [item]), asOf).Items)
                foreach (var placed in normal.Findings)
                    facts.Add(new Fact(PatientId.None, FactKeys.Of(placed.Finding), placed.Finding with { Status = FactStatus.Draft }, asOf, new SourceRef(profile.Id, default, order.Place)));
        }

        return facts;
    }

    private void Take(Page page, AboutPatient about, TimelineQuery query, DateTimeOffset asOf, Gathered gathered)
    {
        if (page.Entry.State is PrefetchState.Absent or PrefetchState.Failed)
        {
            gathered.Missing.Add(new MissingPrefetch(page.Entry.Key, page.Entry.State == PrefetchState.Absent ? PrefetchReasons.Absent : PrefetchReasons.Failed));
            return;
        }

        var oldest = DateTimeOffset.MaxValue;
        foreach (var resource in page.Resources)
        {
            if (resource.Problem is { } problem)
            {
                gathered.Reject(problem.Reason);
                continue;
            }

            if (resource.Content.Patient is { } patient && !about.Is(patient, resource.FullUrl))
            {
                gathered.OtherPatients++;
                continue;
            }

            if (resource.Type == "Patient") gathered.Demographics = resource.Content.Patient!.Demographics;
            foreach (var fact in Facts(resource, asOf, gathered))
            {
                gathered.Facts.Add(fact);
                if (fact.Finding.ObservedAt < oldest) oldest = fact.Finding.ObservedAt;
            }
        }

        // Newest first, and the page ends before the look-back begins: what was cut off no model would have seen.
        if (page.Entry.HasMore && !(page.Template.IsNewestFirst && oldest <= query.ObservedFrom))
            gathered.Missing.Add(new MissingPrefetch(page.Entry.Key, PrefetchReasons.Incomplete));
    }

    private IEnumerable<Fact> Facts(Prefetched resource, DateTimeOffset asOf, Gathered gathered)
    {
        // Facts of nobody are of nobody: a result without a subject is never the patient's by default.
        if (resource.Content.Patient is null && resource.Content.Facts.Count > 0)
        {
            gathered.OtherPatients++;
            yield break;
        }

        var item = new RawItem { Place = resource.Place, Facts = resource.Content.Facts, Problem = resource.Content.Problem };
        var normal = normaliser.Normalise(new RawRecord(resource.Json, resource.Place, resource.Content.Patient, [item]), asOf);
        var raw = FactKeys.OfRaw(profile.Id, resource.Json.Span);
        foreach (var normalItem in normal.Items)
        {
            foreach (var rejection in normalItem.Rejections) gathered.Reject(rejection.Reason);
            foreach (var placed in normalItem.Findings)
            {
                yield return AsStored(placed, resource, asOf, raw);
            }
        }
    }

    /// <summary>
    /// The fact as the store would give it back: times in its precision, the result's identity as its hash. Only so does a
    /// correction in the prefetch replace the value that the store had before.
    /// </summary>
    private Fact AsStored(PlacedFinding placed, Prefetched resource, DateTimeOffset asOf, RawKey raw)
    {
        var said = placed.Finding;
        var resultId = said.ResultId.Length > 0 ? said.ResultId : $"{resource.Place}/{placed.Place}";
        var finding = said with
        {
            ResultId = resultId,
            ObservedAt = Instants.Kept(said.ObservedAt),
            KnownAt = Instants.Kept(said.KnownAt),
            EndedAt = said.EndedAt is { } ended ? Instants.Kept(ended) : null,
        };
        var key = FactKeys.Of(finding);
        finding = finding with { ResultId = HexText.Of(FactKeys.OfResult(resultId)) };
        return new Fact(PatientId.None, key, finding, asOf, new SourceRef(profile.Id, raw, placed.Place));
    }

    /// <summary>The identifiers of the prefetched patient; another patient in its place ends the call.</summary>
    private static HashSet<Identifier> Identifiers(List<Page> pages, string patientId)
    {
        var identifiers = new HashSet<Identifier>();
        foreach (var page in pages)
            foreach (var resource in page.Resources.Where(resource => resource.Type == "Patient"))
            {
                if (resource.Id != patientId)
                {
                    // A search for patients is not one of ours; whatever sent this has mixed up two patients.
                    throw new Problem(ProblemKind.PreconditionFailed, "The prefetched Patient is not the patient of the context; nothing was answered.", $"prefetch.{page.Entry.Key}");
                }

                identifiers.UnionWith(resource.Content.Patient!.Identifiers);
            }

        return identifiers;
    }

    private sealed class Gathered
    {
        public List<Fact> Facts { get; } = [];

        public Demographics Demographics { get; set; } = Demographics.Unknown;

        public List<MissingPrefetch> Missing { get; } = [];

        public int OtherPatients { get; set; }

        public Dictionary<string, int> Rejected { get; } = new(StringComparer.Ordinal);

        public void Reject(string reason) => Rejected[reason] = Rejected.GetValueOrDefault(reason) + 1;
    }
}
