using System.Globalization;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;

namespace DatacenterOst.Sources.Fhir;

/// <summary>An Observation → its own value and those of its components, each a fact (FHIR R4 10.1).</summary>
internal static class ObservationFacts
{
    /// <summary>Components that become facts; a panel has tens.</summary>
    private const int MaxComponents = 1000;

    public static (IReadOnlyList<RawFact> Facts, RawProblem? Problem) Of(Element root, FhirTimes times, string? resultId)
    {
        var facts = new List<RawFact>(1);
        var problems = new List<RawProblem>();
        var common = new RawFact
        {
            Kind = FactKind.Measurement,
            Codings = [],
            ObservedAt = times.Of(root["effective"]),
            EndedAt = times.End(root["effective"]),
            KnownAt = times.Known(root, "issued"),
            Status = root["status"].AsString(),
        };
        var components = root.Children("component").ToList();
        // A panel has no value of its own: its members are Observations, its components follow here.
        if (root["value"].Exists || root["dataAbsentReason"].Exists && components.Count == 0 || components.Count == 0 && !root["hasMember"].Exists)
            Add(root, common with { ResultId = resultId }, facts, problems);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, component) in components.Take(MaxComponents).Index())
        {
            var id = resultId is null ? null : $"{resultId}#{Name(component, i, names)}";
            Add(component, common with { ResultId = id, Place = string.Create(CultureInfo.InvariantCulture, $"component[{i}]") }, facts, problems);
        }
        if (components.Count > MaxComponents)
            problems.Add(new RawProblem(RejectionReasons.NotSupported, $"the Observation has more than {MaxComponents} components; the rest is not taken"));
        return (facts, problems.Count == 0 ? null : new RawProblem(problems[0].Reason, string.Join("; ", problems.Select(p => p.Message))));
    }

    private static void Add(Element holder, RawFact fact, List<RawFact> facts, List<RawProblem> problems)
    {
        var where = fact.Place.Length == 0 ? "" : fact.Place + ": ";
        var value = holder["value"];
        if (!value.Exists && Reason(holder, fact.Status) is { } reason)
        {
            problems.Add(new RawProblem(RejectionReasons.NotResulted, where + reason));
            // A correction to "no value" withdraws what was reported before.
            if (fact.Status is "corrected" or "amended" or "appended")
                facts.Add(fact with { Codings = FhirValues.Codings(holder["code"]), Status = "cancelled" });
            return;
        }
        if (FhirValues.Of(value) is not { } read)
        {
            problems.Add(new RawProblem(RejectionReasons.NotSupported, $"{where}a value of the type {value.TypeName} is not read"));
            return;
        }
        facts.Add(fact with
        {
            Codings = FhirValues.Codings(holder["code"]),
            Value = read.Text,
            Comparator = read.Comparator,
            Unit = read.Unit,
            Answers = read.Answers,
        });
    }

    private static string? Reason(Element holder, string? status)
    {
        // A result that is withdrawn need not say again what it was.
        if (status == "entered-in-error")
            return null;
        if (holder["dataAbsentReason"].Exists)
            return $"there is no value: {holder["dataAbsentReason"]["coding"]["code"].AsString() ?? "the reason is in words"}";
        return status is "registered" or "cancelled" ? $"there is no value: the status is {status}" : null;
    }

    /// <summary>A component is known by its code, since the next version of the resource may order them otherwise.</summary>
    private static string Name(Element component, int index, HashSet<string> names)
    {
        var codings = FhirValues.Codings(component["code"]);
        var name = codings.Count == 0 ? null : codings[0].Code.ToString();
        return name is not null && names.Add(name) ? name : string.Create(CultureInfo.InvariantCulture, $"component[{index}]");
    }
}
