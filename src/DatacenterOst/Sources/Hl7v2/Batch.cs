using System.Globalization;
using System.Text;
using DatacenterOst.Clinical;

namespace DatacenterOst.Sources.Hl7v2;

/// <summary>
/// The wrappers of a batch file (HL7 v2.8 chapter 2.10.3): they say how many messages there are and where the file
/// ends, so that a file that lost its end is noticed.
/// </summary>
internal sealed class Batch
{
    private readonly Dictionary<string, ReadOnlyMemory<byte>> open = [];
    private int messages;

    public void Count(int number) => messages += number > 0 ? 1 : 0;

    /// <summary>Takes a wrapper line; a record when the count that it gives does not fit.</summary>
    public RawRecord? Line(ReadOnlyMemory<byte> bytes)
    {
        var line = Encoding.Latin1.GetString(bytes.Span).TrimEnd('\r', '\n');
        switch (line[..3])
        {
            case "BHS":
                messages = 0;
                open["BHS"] = bytes;
                return null;
            case "FHS":
                open["FHS"] = bytes;
                return null;
            case "FTS":
                open.Remove("FHS");
                return null;
        }
        open.Remove("BHS");
        var said = line.Split(line[3]).ElementAtOrDefault(1);
        if (!int.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out var expected) || expected == messages)
            return null;
        return Unread.Record(bytes, "BTS", RejectionReasons.Truncated, $"the batch says {expected} messages (BTS-1) and {messages} are there. Send it again, whole.");
    }

    /// <summary>At the end of the file: a batch that was begun and not ended.</summary>
    public RawRecord? Fault()
    {
        foreach (var (name, bytes) in open)
            return Unread.Record(bytes, name, RejectionReasons.Truncated, $"the file begins with {name} and ends without {name[0]}TS: its end is missing. Send it again, whole.");
        return null;
    }
}
