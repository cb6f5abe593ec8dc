using System.Globalization;
using System.Text;
using DatacenterOst.Clinical;

namespace DatacenterOst.Sources.Hl7v2;

/// <summary>
/// Builds the acknowledgement of a message (HL7 v2.8 chapter 2.9.2): MSH turned round, MSA with the control id of the
/// message, an ERR for each reason. It uses the separators and the encoding of the message, so that a sender that can
/// write its own messages can read ours.
/// </summary>
public static class Hl7v2Ack
{
    /// <summary>ERR segments in one answer; a message of ten thousand wrong results needs no more to be understood.</summary>
    private const int MaxErrors = 20;

    /// <summary>Characters of a text in the answer.</summary>
    private const int MaxText = 500;

    /// <summary>Characters of our control id: v2.5 allows 20.</summary>
    private const int ControlIdLength = 20;

    /// <param name="message">The message as it came; if it cannot be read the answer says what it can.</param>
    public static byte[] Build(ReadOnlySpan<byte> message, MllpAnswer answer, DateTimeOffset now)
    {
        var end = message.IndexOfAny((byte)'\r', (byte)'\n');
        var (header, marks, encoding) = Header(end < 0 ? message : message[..end]);
        string Raw(int field) => header?[field].Raw ?? "";
        var component = marks.Component;
        var trigger = header?[9].Component(2).Raw ?? "";
        var type = trigger.Length == 0 ? "ACK" : $"ACK{component}{trigger}{component}ACK";
        var controlId = Guid.CreateVersion7(now).ToString("N", CultureInfo.InvariantCulture)[..ControlIdLength].ToUpperInvariant();
        var sentAt = now.ToString("yyyyMMddHHmmsszzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);
        var version = Raw(12).Length == 0 ? "2.5.1" : Raw(12);
        var processing = Raw(11).Length == 0 ? "P" : Raw(11);
        var ack = new StringBuilder();
        Segment(ack, marks, "MSH", Declared(marks), Raw(5), Raw(6), Raw(3), Raw(4), sentAt, "", type, controlId, processing, version, "", "", "", "", "", Raw(18));
        Segment(ack, marks, "MSA", CodeOf(answer.Code), Raw(10), Text(answer.Errors.Count == 0 ? "" : answer.Errors[0].Message, marks));
        foreach (var error in answer.Errors.Take(MaxErrors))
        {
            var code = $"{Hl7Code(error.Reason)}{component}{Text(error.Reason, marks)}{component}HL70357";
            Segment(ack, marks, "ERR", "", "", code, "E", "", "", Text(error.Place, marks), Text(error.Message, marks));
        }
        return encoding.GetBytes(ack.ToString());
    }

    private static (Segment? Header, Separators Marks, Encoding Encoding) Header(ReadOnlySpan<byte> line)
    {
        if (!Separators.TryRead(line, out var marks, out _))
            return (LooseHeader(line), Separators.Usual, Charsets.Utf8);
        var charset = new Segment(Encoding.Latin1.GetString(line), new Hl7v2Text(marks, Encoding.Latin1))[18].Repetitions[0].Value;
        var encoding = Charsets.Named(charset ?? "") ?? Charsets.Utf8;
        var text = Charsets.Decode(encoding, line, out _) ?? Encoding.ASCII.GetString(line);
        return (new Segment(text, new Hl7v2Text(marks, encoding)), marks, encoding);
    }

    /// <summary>A header whose encoding characters are wrong still gives the control id, so that the sender knows which message it was.</summary>
    private static Segment? LooseHeader(ReadOnlySpan<byte> line)
    {
        if (line.Length < 4 || !line.StartsWith("MSH"u8))
            return null;
        var fields = Encoding.ASCII.GetString(line).Split((char)line[3]);
        var safe = fields.Select(f => f.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ' ') ? f : "");
        return new Segment("MSH|^~\\&|" + string.Join('|', safe.Skip(2)), new Hl7v2Text(Separators.Usual, Charsets.Utf8));
    }

    private static string Declared(Separators marks) =>
        string.Concat(new[] { marks.Component, marks.Repetition, marks.Escape, marks.Subcomponent }.Where(c => c != Separators.Absent));

    private static void Segment(StringBuilder ack, Separators marks, string name, params ReadOnlySpan<string> fields)
    {
        var length = fields.Length;
        while (length > 0 && fields[length - 1].Length == 0)
            length--;
        ack.Append(name);
        foreach (var field in fields[..length])
            ack.Append(marks.Field).Append(field);
        ack.Append('\r');
    }

    private static string Text(string text, Separators marks)
    {
        var escaped = new StringBuilder();
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, MaxText)))
        {
            var name = c == marks.Field ? 'F' : c == marks.Component ? 'S' : c == marks.Repetition ? 'R' : c == marks.Subcomponent ? 'T' : c == marks.Escape ? 'E' : '\0';
            if (name == '\0')
                escaped.Append(char.IsControl(c) ? ' ' : c);
            else if (marks.Escape == Separators.Absent)
                escaped.Append(' ');
            else
                escaped.Append(marks.Escape).Append(name).Append(marks.Escape);
        }
        return escaped.ToString();
    }

    private static string CodeOf(AckCode code) => code switch
    {
        AckCode.Accept => "AA",
        AckCode.Error => "AE",
        _ => "AR",
    };

    /// <summary>HL7 table 0357.</summary>
    private static string Hl7Code(string reason) => reason switch
    {
        RejectionReasons.NotSupported => "200",
        RejectionReasons.Unreadable or RejectionReasons.Truncated => "100",
        RejectionReasons.PatientMissing or RejectionReasons.CodeMissing or RejectionReasons.ValueMissing
            or RejectionReasons.TimeMissing or RejectionReasons.UnitMissing => "101",
        RejectionReasons.ValueNotUnderstood or RejectionReasons.TimeInvalid or RejectionReasons.ValueOutOfRange => "102",
        RejectionReasons.CodeUnmapped or RejectionReasons.UnitUnknown or RejectionReasons.UnitNotConvertible or RejectionReasons.StatusUnknown => "103",
        _ => "207",
    };
}
