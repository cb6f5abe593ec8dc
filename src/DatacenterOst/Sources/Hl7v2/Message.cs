using System.Text;

namespace DatacenterOst.Sources.Hl7v2;

/// <summary>One segment: its name and its fields by number, <c>OBX-5</c> being <c>[5]</c>.</summary>
internal sealed class Segment(string line, Hl7v2Text text)
{
    private readonly string[] fields = line.Split(text.Separators.Field);

    public string Name => fields[0];

    /// <summary>Number of the last field that is there.</summary>
    public int LastField => Name is "MSH" ? fields.Length : fields.Length - 1;

    /// <summary>A line follows that is no segment: a line break stands within a field, and its value is not whole.</summary>
    public bool Broken { get; set; }

    /// <summary>The file ends with this segment and without a line end.</summary>
    public bool EndsOpen { get; set; }

    // MSH-1 is the separator itself, so the numbers of MSH are one ahead of the pieces.
    public Field this[int number]
    {
        get
        {
            var index = Name is "MSH" ? number - 1 : number;
            return new Field(index > 0 && index < fields.Length ? fields[index] : "", text);
        }
    }
}

/// <summary>A line of a message that is no segment.</summary>
internal sealed record StrayLine(int Number, string Start);

/// <summary>A message cut into segments; or the fault that keeps it from being read at all.</summary>
internal sealed class Message
{
    /// <summary>Characters of a stray line that are not repeated in a problem: it might hold a patient's data.</summary>
    private const int NameLength = 3;

    private Message(Hl7v2Text text) => Text = text;

    public Hl7v2Text Text { get; }

    public List<Segment> Segments { get; } = [];

    public List<StrayLine> Stray { get; } = [];

    public Segment Header => Segments[0];

    /// <param name="whole">The sender marked the end (MLLP), so an open last segment is not a cut one.</param>
    public static Message? Parse(ReadOnlySpan<byte> bytes, string charset, CutOff whole, out string fault)
    {
        if (!Separators.TryRead(bytes, out var separators, out fault))
            return null;
        if (Decode(bytes, separators, charset, out var encoding, out fault) is not { } content)
            return null;
        var message = new Message(new Hl7v2Text(separators, encoding));
        message.AddLines(content);
        if (whole == CutOff.Possible && content.Length > 0 && content[^1] is not ('\r' or '\n'))
            message.Segments[^1].EndsOpen = true;
        return message;
    }

    private void AddLines(string content)
    {
        var number = 0;
        foreach (var range in content.AsSpan().SplitAny('\r', '\n'))
        {
            var line = content.AsSpan()[range];
            if (line.Trim().Length == 0)
                continue;
            number++;
            if (IsSegment(line))
            {
                Segments.Add(new Segment(line.ToString(), Text));
                continue;
            }
            if (Segments[^1].Name is "OBX")
                Segments[^1].Broken = true;
            else
                Stray.Add(new StrayLine(number, line[..Math.Min(line.Length, NameLength)].ToString()));
        }
    }

    private bool IsSegment(ReadOnlySpan<char> line) =>
        line.Length >= 3 && char.IsAsciiLetterUpper(line[0]) && IsNameLetter(line[1]) && IsNameLetter(line[2])
        && (line.Length == 3 || line[3] == Text.Separators.Field);

    private static bool IsNameLetter(char c) => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c);

    /// <summary>MSH-18 (HL7 table 0211) says the encoding, else the profile; wrong bytes make the message unreadable, not slightly wrong.</summary>
    private static string? Decode(ReadOnlySpan<byte> bytes, Separators separators, string charset, out Encoding encoding, out string fault)
    {
        var end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
        var header = Encoding.Latin1.GetString(end < 0 ? bytes : bytes[..end]);
        var said = new Segment(header, new Hl7v2Text(separators, Encoding.Latin1))[18].Repetitions[0].Value;
        var known = Charsets.Named(said ?? charset);
        encoding = known ?? Charsets.Utf8;
        fault = "";
        if (known is null)
        {
            fault = $"MSH-18 names the character set '{said}', which is not supported; send UNICODE UTF-8 or 8859/1";
            return null;
        }
        var content = Charsets.Decode(known, bytes, out var badByte);
        if (content is null)
            fault = FormattableString.Invariant($"byte {badByte + 1} of the message (0x{bytes[badByte]:X2}) is not UTF-8, which {(said is null ? "holds where MSH-18 is empty" : "MSH-18 says")}; send UTF-8, or name the character set in MSH-18 (such as 8859/1)");
        return content;
    }
}

/// <summary>Whether the end of the bytes may be an accident.</summary>
internal enum CutOff
{
    /// <summary>The sender marked the end of the message.</summary>
    Impossible,
    Possible,
}
