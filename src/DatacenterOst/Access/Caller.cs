using DatacenterOst.Access.Clients;

namespace DatacenterOst.Access;

/// <summary>Who asks, for what, and on which authority. A required argument of every read and write of patient data.</summary>
/// <param name="Subject">The person or system, as the token or configuration names it.</param>
/// <param name="Purpose">Why.</param>
/// <param name="LegalBasis">On which authority.</param>
public sealed record Caller(string Subject, Purpose Purpose, string LegalBasis)
{
    /// <summary>The registered CDS client that the call came from; null for this machine and the product itself.</summary>
    public CdsClient? Client { get; init; }

    /// <summary>The user whom the client speaks for, as it names them (CDS Hooks context.userId, a FHIR reference); null where none was named.</summary>
    public string? Person { get; init; }

    /// <summary>The person at this machine, in the mode that binds to loopback only.</summary>
    public static readonly Caller Loopback = new("loopback", Purpose.Treatment, "local use without access control");

    /// <summary>The product itself: ingest, replay, self-checks.</summary>
    public static readonly Caller Product = new("dost", Purpose.Operations, "operation of the data centre");

    /// <summary>A registered CDS client, whose token was believed; its hook context says for which user.</summary>
    public static Caller Of(CdsClient client)
        => new($"cds-client/{client.Id}", Purpose.Treatment, "decision support asked for by a registered client") { Client = client };
}

/// <summary>Purpose of use (HL7 v3 PurposeOfUse, the part that is used here).</summary>
public enum Purpose
{
    Treatment,
    Operations,
    Research,
}
