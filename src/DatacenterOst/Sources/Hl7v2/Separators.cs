namespace DatacenterOst.Sources.Hl7v2;

/// <summary>The characters that a message says it is built with (MSH-1 and MSH-2, HL7 v2.8 chapter 2.5.4).</summary>
internal readonly record struct Separators(char Field, char Component, char Repetition, char Escape, char Subcomponent)
{
    public static readonly Separators Usual = new('|', '^', '~', '\\', '&');

    /// <summary>Stands for a separator that the message does not declare: a character that no text has.</summary>
    public const char Absent = '\uFFFF';

    /// <summary>Longest MSH-2: four characters, and the truncation character of v2.7.</summary>
    private const int MaxEncodingCharacters = 5;

    /// <summary>Reads them from the start of a message; a fault says what is wrong and what to send.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out Separators separators, out string fault)
    {
        separators = Usual;
        if (message.Length < 8 || !message.StartsWith("MSH"u8))
        {
            fault = "a message begins with MSH and its separators, MSH|^~\\&|";
            return false;
        }
        var field = message[3];
        var length = message[4..].IndexOfAny(field, (byte)'\r', (byte)'\n');
        var characters = message.Slice(4, length < 0 ? Math.Min(message.Length - 4, MaxEncodingCharacters + 1) : length);
        fault = Fault(field, characters);
        if (fault.Length > 0)
            return false;
        // Older senders leave out the subcomponent separator, or the escape character too; what is not declared is not used.
        separators = new Separators((char)field, (char)characters[0], At(characters, 1), At(characters, 2), At(characters, 3));
        return true;
    }

    private static char At(ReadOnlySpan<byte> characters, int index) => index < characters.Length ? (char)characters[index] : Absent;

    private static string Fault(byte field, ReadOnlySpan<byte> characters)
    {
        if (!IsSeparator(field))
            return $"MSH-1, the field separator, is {Shown(field)}; it must be a mark such as |";
        var said = string.Concat(characters.ToArray().Select(Shown));
        if (characters.Length is < 2 or > MaxEncodingCharacters)
            return $"MSH-2, the encoding characters, is '{said}'; it must be four different marks such as ^~\\&";
        for (var i = 0; i < characters.Length; i++)
        {
            if (!IsSeparator(characters[i]) || characters[i] == field || characters[..i].Contains(characters[i]))
                return $"MSH-2, the encoding characters, is '{said}'; the character {Shown(characters[i])} is no mark or is there twice: send four different ones such as ^~\\&";
        }
        return "";
    }

    private static bool IsSeparator(byte b) => b is > 0x20 and < 0x7F && !char.IsAsciiLetterOrDigit((char)b) && b != '"';

    private static string Shown(byte b) => b is >= 0x20 and < 0x7F ? ((char)b).ToString() : $"0x{b:X2}";
}
