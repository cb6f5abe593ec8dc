using DatacenterOst.Clinical;
using DatacenterOst.Fhir;

namespace DatacenterOst.Server.Fhir;

/// <summary>One thing that a FHIR server is asked to do, whether it came as an HTTP request or as an entry of a bundle.</summary>
public delegate Task<FhirAnswer> Interaction(FhirRequest request, DataCentre centre, CancellationToken cancellationToken);

/// <summary>What the caller asks, read from HTTP or from a bundle's entry; bodies are JSON here whatever they came as.</summary>
public sealed record FhirRequest
{
    /// <summary>Longest logical id (FHIR R4 datatypes.html#id).</summary>
    private const int MaxIdLength = 64;

    public required string Method { get; init; }

    /// <summary>Address of the server as the caller sees it, "http://127.0.0.1:5080/fhir".</summary>
    public required string Base { get; init; }

    /// <summary>The resource type of the address; empty at system level.</summary>
    public string Type { get; init; } = "";

    /// <summary>The logical id of the address; empty where it has none.</summary>
    public string Id { get; init; } = "";

    /// <summary>The version of the address, as written; empty where it has none.</summary>
    public string Version { get; init; } = "";

    /// <summary>The last part of a compartment's address: a type or *.</summary>
    public string Member { get; init; } = "";

    /// <summary>Parameters of the address and of a form, decoded, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Query { get; init; } = [];

    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The body is a JSON Patch (RFC 6902), not a resource.</summary>
    public bool IsJsonPatch { get; init; }

    public string? IfMatch { get; init; }

    public string? IfNoneMatch { get; init; }

    public string? IfModifiedSince { get; init; }

    /// <summary>Search criteria under which nothing is created.</summary>
    public string? IfNoneExist { get; init; }

    public Preference Prefer { get; init; } = Preference.None;

    /// <summary>A query parameter that may stand once.</summary>
    public string? Parameter(string name)
    {
        foreach (var (key, value) in Query)
            if (key == name)
                return value;
        return null;
    }

    /// <summary>The type, checked.</summary>
    /// <exception cref="Problem">NotFound where FHIR R4 has no such type.</exception>
    public string KnownType()
        => FhirDefinitions.IsResourceType(Type)
            ? Type
            : Type.StartsWith('$') ? throw new Problem(ProblemKind.NotFound, $"There is no operation {Shown(Type)} here; those that are built stand in /metadata.", where: Shown(Type))
            : throw new Problem(ProblemKind.NotFound, $"FHIR R4 has no resource type '{Shown(Type)}'. Names of types are case sensitive.", where: Shown(Type));

    /// <summary>An id that a resource may have.</summary>
    public static bool IsId(string id)
        => id.Length is > 0 and <= MaxIdLength && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.');

    /// <summary>What the caller wrote, as far as it is shown back.</summary>
    public static string Shown(string written) => written.Length > MaxIdLength ? written[..MaxIdLength] + "…" : written;
}

/// <summary>The <c>Prefer</c> header (FHIR R4 http.html#ops, search.html#3.1.1.4).</summary>
public sealed record Preference(ReturnPreference Return, bool IsStrict)
{
    public static readonly Preference None = new(ReturnPreference.NotSaid, false);

    public static Preference Parse(string? header)
    {
        if (string.IsNullOrEmpty(header))
            return None;
        var preference = None;
        foreach (var part in header.Split([',', ';'], StringSplitOptions.TrimEntries))
        {
            // A value may stand in quotation marks, with blanks around its sign (RFC 7240, 2).
            preference = part.ToUpperInvariant().Replace("\"", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal) switch
            {
                "RETURN=MINIMAL" => preference with { Return = ReturnPreference.Minimal },
                "RETURN=REPRESENTATION" => preference with { Return = ReturnPreference.Representation },
                "RETURN=OPERATIONOUTCOME" => preference with { Return = ReturnPreference.Outcome },
                "HANDLING=STRICT" => preference with { IsStrict = true },
                "HANDLING=LENIENT" => preference with { IsStrict = false },
                _ => preference,
            };
        }

        return preference;
    }
}

/// <summary>What a write gives back.</summary>
public enum ReturnPreference
{
    NotSaid,
    Minimal,
    Representation,
    Outcome,
}
