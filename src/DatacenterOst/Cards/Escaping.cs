using System.Text;

namespace DatacenterOst.Cards;

/// <summary>
/// Text that came from outside (a result in words, a unit, a code's name) on its way into a card. EHRs render detail as
/// GitHub Flavored Markdown and many render summaries as HTML, so such text must never become markup in either.
/// </summary>
public static class Escaping
{
    /// <summary>The most characters of one outside text in a card; the rest is cut and shown as cut.</summary>
    public const int MaxLength = 80;

    /// <summary>
    /// For detail: every ASCII character that Markdown or HTML could act on becomes a numeric reference, which both render
    /// as the character itself. That also stops bare <c>www.</c>, <c>http:</c> and e-mail addresses from becoming links.
    /// </summary>
    public static void AppendMarkdown(StringBuilder target, string text)
    {
        var plain = Plain(text);
        for (var i = 0; i < plain.Length; i++)
        {
            if (IsInert(plain, i)) target.Append(plain[i]);
            else target.Append("&#").Append((int)plain[i]).Append(';');
        }
    }

    /// <summary>
    /// For summary, label and other plain text, where a reference would be shown as such: characters that could open markup
    /// are replaced by look-alikes that cannot.
    /// </summary>
    public static void AppendPlain(StringBuilder target, string text)
    {
        foreach (var character in Plain(text))
        {
            target.Append(character switch
            {
                '<' => '‹',
                '>' => '›',
                '[' => '(',
                ']' => ')',
                '`' or '"' => '\'',
                '&' => '+',
                '*' or '_' or '~' or '|' or '\\' or '#' or '{' or '}' => ' ',
                _ => character,
            });
        }
    }

    // A point between digits and a dash inside a word mean nothing to Markdown; elsewhere they can begin a list or a link.
    private static bool IsInert(string text, int at)
    {
        var character = text[at];
        if (character >= 0x80 || char.IsAsciiLetterOrDigit(character) || character is ' ' or ',' or '/' or '%' or '(' or ')') return true;
        if (at == 0 || at == text.Length - 1) return false;
        return character switch
        {
            '.' => char.IsAsciiDigit(text[at - 1]) && char.IsAsciiDigit(text[at + 1]),
            '-' => char.IsAsciiLetterOrDigit(text[at - 1]) && char.IsAsciiLetterOrDigit(text[at + 1]),
            _ => false,
        };
    }

    /// <summary>One line, no control, no direction marks (they can turn the rest of a card around), no half surrogates.</summary>
    private static string Plain(string text)
    {
        var plain = new StringBuilder(Math.Min(text.Length, MaxLength));
        foreach (var rune in text.EnumerateRunes())
        {
            if (plain.Length + rune.Utf16SequenceLength > MaxLength)
            {
                plain.Append('…');
                break;
            }

            if (IsBlank(rune)) plain.Append(' ');
            else if (!IsHarmful(rune)) plain.Append(rune.ToString());
        }

        return plain.ToString().Trim();
    }

    private static bool IsBlank(Rune rune) => Rune.IsWhiteSpace(rune) || rune.Value is '\t' or '\n' or '\r' or 0x2028 or 0x2029;

    private static bool IsHarmful(Rune rune) =>
        Rune.IsControl(rune) || rune.Value is 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or 0xFEFF;
}
