using DatacenterOst.Clinical;

namespace DatacenterOst.Sources.Hl7v2;

/// <summary>Acknowledgement code of MSA-1 in the original mode (HL7 table 0008).</summary>
public enum AckCode
{
    /// <summary>AA: committed; the sender may forget the message.</summary>
    Accept,

    /// <summary>AE: something in the message could not be taken; the reasons follow.</summary>
    Error,

    /// <summary>AR: the message as such cannot be read; sending it again as it is does not help.</summary>
    Reject,
}

/// <summary>One reason, as an ERR segment.</summary>
/// <param name="Reason">A word of <see cref="RejectionReasons"/>.</param>
/// <param name="Place">Where in the message, <c>OBX[3]</c>.</param>
public sealed record AckError(string Reason, string Message, string Place);

/// <summary>What a message is answered with, once all that can be kept of it is committed.</summary>
public sealed record MllpAnswer(AckCode Code, IReadOnlyList<AckError> Errors)
{
    public static readonly MllpAnswer Accepted = new(AckCode.Accept, []);

    /// <summary>AA when nothing was rejected, AR when the message could not be read or is none that is taken, else AE.</summary>
    public static MllpAnswer For(IReadOnlyList<AckError> errors)
    {
        if (errors.Count == 0)
            return Accepted;
        var whole = errors.All(e => e.Reason is RejectionReasons.Unreadable or RejectionReasons.NotSupported);
        return new MllpAnswer(whole ? AckCode.Reject : AckCode.Error, errors);
    }

    public static MllpAnswer Of(AckCode code, string reason, string message) => new(code, [new AckError(reason, message, "")]);
}
