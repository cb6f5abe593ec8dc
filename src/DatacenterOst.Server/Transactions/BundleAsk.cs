using DatacenterOst.Clinical;

namespace DatacenterOst.Server.Transactions;

/// <summary>A bundle of requests as it came: the bytes of each entry's resource, cut out and not yet parsed.</summary>
/// <param name="Type">batch or transaction.</param>
public sealed record BundleAsk(string Type, IReadOnlyList<EntryAsk> Entries)
{
    /// <summary>Entries of one bundle.</summary>
    public const int MaxEntries = 10_000;
}

/// <summary>One entry of a batch or transaction (FHIR R4 bundle.html, Bundle.entry.request).</summary>
public sealed record EntryAsk
{
    /// <summary>Its place in the bundle, from 0.</summary>
    public required int Number { get; init; }

    public string? FullUrl { get; init; }

    public string Method { get; init; } = "";

    public string Url { get; init; } = "";

    public string? IfMatch { get; init; }

    public string? IfNoneMatch { get; init; }

    public string? IfModifiedSince { get; init; }

    public string? IfNoneExist { get; init; }

    /// <summary>The resource; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Resource { get; init; }

    /// <summary>A problem with this entry, which says so in its place.</summary>
    public Problem Because(ProblemKind kind, string message, string within = "")
        => new(kind, message, where: $"Bundle.entry[{Fhir.ResourceJson.Text(Number)}]{within}");

    /// <summary>A problem that arose from this entry, placed in the bundle.</summary>
    public Problem Because(Problem problem)
    {
        if (problem.Where?.StartsWith("Bundle.entry[", StringComparison.Ordinal) == true)
            return problem;
        var dot = problem.Where?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        var within = dot > 0 && DatacenterOst.Fhir.FhirDefinitions.IsResourceType(problem.Where![..dot]) ? ".resource" + problem.Where[dot..] : "";
        var entry = Because(problem.Kind, problem.Message, within);
        return new Problem(entry.Kind, entry.Message, entry.Where, problem);
    }
}
