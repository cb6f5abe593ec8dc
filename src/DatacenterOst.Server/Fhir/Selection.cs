using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.Server.Fhir;

/// <summary>Which part of a resource is shown: <c>_summary</c> and <c>_elements</c> (FHIR R4 search.html#3.1.1.5.8).</summary>
public sealed record Selection(SummaryMode Mode, IReadOnlyList<string> Elements)
{
    public static readonly Selection Whole = new(SummaryMode.False, []);

    public bool IsWhole => Mode is SummaryMode.False or SummaryMode.Count && Elements.Count == 0;

    /// <exception cref="Problem">Invalid for a mode that does not exist.</exception>
    public static Selection Of(FhirRequest request)
    {
        if (request.Query.Count == 0)
            return Whole;
        var mode = request.Parameter("_summary") switch
        {
            null or "" or "false" => SummaryMode.False,
            "true" => SummaryMode.True,
            "text" => SummaryMode.Text,
            "data" => SummaryMode.Data,
            "count" => SummaryMode.Count,
            _ => throw new Problem(ProblemKind.Invalid, "_summary is true, text, data, count or false.", where: "_summary"),
        };
        var elements = request.Parameter("_elements")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(AtRoot).ToArray() ?? [];
        return mode == SummaryMode.False && elements.Length == 0 ? Whole : new Selection(mode, elements);
    }

    // "Patient.name" is the same as "name".
    private static string AtRoot(string element)
    {
        var dot = element.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && FhirDefinitions.IsResourceType(element[..dot]) ? element[(dot + 1)..] : element;
    }
}
