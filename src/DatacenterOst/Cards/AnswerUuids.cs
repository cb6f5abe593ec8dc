namespace DatacenterOst.Cards;

/// <summary>
/// The uuids of one answer: its run, and the cards and suggestions in it. They begin with the millisecond, as version 7 does (RFC 9562 §5.7),
/// so that records lie in the order of time; the last two bytes count within the answer, so that any of them leads to the run, and a replay
/// gives the same. Between them are 58 random bits. They are marked as version 4, because RFC 4122, which the standard names, knows no 7.
/// </summary>
public sealed class AnswerUuids
{
    private ushort last;

    private AnswerUuids(Guid run) => Run = run;

    /// <summary>Identity of the model run: its last two bytes are 0.</summary>
    public Guid Run { get; }

    /// <summary>The greatest uuid that the answer of this run can have.</summary>
    public static Guid LastOf(Guid run) => Numbered(run, ushort.MaxValue);

    public static AnswerUuids New(DateTimeOffset now) => new(RunOf(Guid.CreateVersion7(now)));

    /// <summary>Those of an answer that was given before, from the first on.</summary>
    public static AnswerUuids Again(Guid run) => new(RunOf(run));

    /// <summary>The run of a card, of a suggestion or a part of one, or of a run.</summary>
    public static Guid RunOf(Guid uuid) => Numbered(Marked(uuid), 0);

    public Guid Next() => Numbered(Run, checked(++last));

    private static Guid Marked(Guid uuid)
    {
        var bytes = uuid.ToByteArray(bigEndian: true);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        return new Guid(bytes, bigEndian: true);
    }

    private static Guid Numbered(Guid uuid, ushort number)
    {
        var bytes = uuid.ToByteArray(bigEndian: true);
        bytes[14] = (byte)(number >> 8);
        bytes[15] = (byte)number;
        return new Guid(bytes, bigEndian: true);
    }
}
