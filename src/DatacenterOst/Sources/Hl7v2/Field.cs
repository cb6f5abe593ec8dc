using System.Text;

namespace DatacenterOst.Sources.Hl7v2;

/// <summary>
/// A piece of a segment as written – a field, a repetition, a component – that is split further on demand and unescaped
/// only at the leaf, since an escaped separator must not split.
/// </summary>
internal readonly record struct Field(string Raw, Hl7v2Text Text)
{
    /// <summary>Empty, or the explicit null <c>""</c>.</summary>
    public bool IsEmpty => Raw is "" or "\"\"";

    public IReadOnlyList<Field> Repetitions
    {
        get
        {
            var text = Text;
            return Raw.Contains(text.Separators.Repetition, StringComparison.Ordinal)
                ? [.. Raw.Split(text.Separators.Repetition).Select(r => new Field(r, text))]
                : [this];
        }
    }

    /// <summary>Component by its number in the standard, from 1; an empty one where there is none.</summary>
    public Field Component(int number) => Piece(Text.Separators.Component, number);

    public Field Subcomponent(int number) => Piece(Text.Separators.Subcomponent, number);

    /// <summary>The whole as text, unescaped and trimmed; null when empty.</summary>
    public string? Value
    {
        get
        {
            var text = IsEmpty ? "" : Text.Unescape(Raw).Trim();
            return text.Length == 0 ? null : text;
        }
    }

    /// <summary>Text of the first subcomponent of a component, null when empty.</summary>
    public string? At(int component) => Component(component).Subcomponent(1).Value;

    private Field Piece(char separator, int number)
    {
        var rest = Raw.AsSpan();
        for (var i = 1; i < number; i++)
        {
            var next = rest.IndexOf(separator);
            if (next < 0)
                return new Field("", Text);
            rest = rest[(next + 1)..];
        }
        var end = rest.IndexOf(separator);
        var piece = end < 0 ? rest : rest[..end];
        return piece.Length == Raw.Length ? this : new Field(piece.ToString(), Text);
    }
}

/// <summary>Escape sequences (HL7 v2.8 chapter 2.7) by the separators and the encoding of one message.</summary>
internal sealed record Hl7v2Text(Separators Separators, Encoding Encoding)
{
    /// <summary>Longest escape sequence that is looked for; a lone backslash in a text must not swallow it.</summary>
    private const int MaxEscapeLength = 256;

    public string Unescape(string raw)
    {
        if (!raw.Contains(Separators.Escape, StringComparison.Ordinal))
            return raw;
        var text = new StringBuilder(raw.Length);
        for (var at = 0; at < raw.Length; at++)
        {
            var end = raw[at] == Separators.Escape ? raw.IndexOf(Separators.Escape, at + 1, Math.Min(MaxEscapeLength, raw.Length - at - 1)) : -1;
            if (end > 0 && Meaning(raw.AsSpan(at + 1, end - at - 1)) is { } meaning)
            {
                text.Append(meaning);
                at = end;
            }
            else
            {
                text.Append(raw[at]);
            }
        }
        return text.ToString();
    }

    /// <summary>Null for a sequence that the standard does not have: then the text is taken as it stands.</summary>
    private string? Meaning(ReadOnlySpan<char> sequence) => sequence switch
    {
        "F" => Separators.Field.ToString(),
        "S" => Separators.Component.ToString(),
        "T" => Separators.Subcomponent.ToString(),
        "R" => Separators.Repetition.ToString(),
        "E" => Separators.Escape.ToString(),
        "P" => "#",
        "H" or "N" => "",
        ['X' or 'x', .. var hex] => Bytes(hex),
        ['.', .. var command] => Layout(command),
        _ => null,
    };

    private string? Bytes(ReadOnlySpan<char> hex)
    {
        if (hex.Length == 0 || hex.Length % 2 != 0 || hex.IndexOfAnyExcept(HexDigits) >= 0)
            return null;
        return Charsets.Decode(Encoding, Convert.FromHexString(hex), out _);
    }

    private static readonly System.Buffers.SearchValues<char> HexDigits = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Formatting commands of FT: line breaks are kept as such, the rest is only looks.</summary>
    private static string? Layout(ReadOnlySpan<char> command)
    {
        if (command.StartsWith("br", StringComparison.OrdinalIgnoreCase) || command.StartsWith("sp", StringComparison.OrdinalIgnoreCase) || command is "ce")
            return "\n";
        return command is "fi" or "nf" || command.StartsWith("in") || command.StartsWith("ti") || command.StartsWith("sk") ? " " : null;
    }
}
