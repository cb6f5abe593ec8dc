namespace DatacenterOst.Cards;

public enum Strictness : byte
{
    /// <summary>As the standard says.</summary>
    Strict = 1,

    /// <summary>For a registered client that is known to deviate: what can be understood safely is, and noted.</summary>
    Lenient = 2,
}

public enum Transport : byte
{
    /// <summary>Real patients: fhirServer must be https (CDS Hooks 2.0.1, HTTP Request).</summary>
    Production = 1,

    /// <summary>Synthetic patients: plain http is allowed.</summary>
    Test = 2,
}

/// <summary>How a client's requests are judged.</summary>
public sealed record RequestRules(Strictness Strictness, Transport Transport)
{
    public static readonly RequestRules Strict = new(Strictness.Strict, Transport.Production);

    public static readonly RequestRules ForTests = new(Strictness.Strict, Transport.Test);
}
