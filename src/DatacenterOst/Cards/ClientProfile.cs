using DatacenterOst.Clinical;

namespace DatacenterOst.Cards;

/// <summary>In which words a client is answered. One model run can be written in all of them.</summary>
public enum AnswerProfile : byte
{
    /// <summary>CDS Hooks 1.0: no uuid of a card, no topic, no override reasons, no system actions; only at-most-one.</summary>
    Cds1 = 1,

    /// <summary>CDS Hooks 2.0.1.</summary>
    Cds2 = 2,

    /// <summary>CDS Hooks 3.0, as balloted.</summary>
    Cds3 = 3,

    /// <summary>2.0.1 within the limits that Epic documents: selectionBehavior any, one action in a suggestion.</summary>
    Epic = 4,
}

/// <summary>
/// What must be known of a client to read its calls and to answer them. The defaults are those of the person at this
/// machine: nothing is fetched from anywhere, and what is missing comes from our own store.
/// </summary>
public sealed record ClientProfile
{
    public static readonly ClientProfile Loopback = new();

    public AnswerProfile Profile { get; init; } = AnswerProfile.Cds2;

    /// <summary>A client whose token was verified, and not the person at this machine.</summary>
    public bool IsRegistered { get; init; }

    public RequestRules Rules { get; init; } = RequestRules.ForTests;

    /// <summary>The FHIR servers that this client may name; data are fetched from no other. Same scheme, host and port, at or below the path.</summary>
    public IReadOnlyList<Uri> FhirServers { get; init; } = [];

    /// <summary>Whether a patient id of this client means the patient of that id in our store.</summary>
    public bool UsesOwnStore { get; init; } = true;

    /// <summary>For readers whose browser or EHR names no language that the texts are in; null leaves it to the service.</summary>
    public Language? Language { get; init; }

    public bool TakesSystemActions { get; init; }

    /// <summary>3.0 only: the client has said that it knows actionSelectionBehavior.</summary>
    public bool KnowsActionSelection { get; init; }

    /// <summary>Hosts that links may lead to; empty means every host that the service's content names.</summary>
    public IReadOnlyList<string> LinkHosts { get; init; } = [];

    public bool MayFetchFrom(Uri fhirServer) => FhirServers.Any(allowed => Covers(allowed, fhirServer));

    /// <exception cref="Problem">Invalid, naming what there is.</exception>
    public static AnswerProfile ProfileOf(string text) => text switch
    {
        "1.0" => AnswerProfile.Cds1,
        "2.0" => AnswerProfile.Cds2,
        "3.0" => AnswerProfile.Cds3,
        "epic" => AnswerProfile.Epic,
        _ => throw new Problem(ProblemKind.Invalid, $"'{text}' is not a client profile; say 1.0, 2.0, 3.0 or epic.", "profile"),
    };

    private static bool Covers(Uri allowed, Uri server)
    {
        if (allowed.Scheme != server.Scheme || !allowed.Host.Equals(server.Host, StringComparison.OrdinalIgnoreCase) || allowed.Port != server.Port) return false;
        var path = allowed.AbsolutePath.TrimEnd('/');
        var asked = server.AbsolutePath.TrimEnd('/');
        return asked == path || asked.StartsWith(path + "/", StringComparison.Ordinal);
    }
}
