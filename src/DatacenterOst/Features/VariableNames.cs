namespace DatacenterOst.Features;

/// <summary>Finds the <c>%names</c> of a FHIRPath expression that parses, past texts in quotes and comments.</summary>
internal static class VariableNames
{
    public static IReadOnlyList<string> In(string text)
    {
        var names = new List<string>();
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '\'' or '`' or '"':
                    at = Closing(text, at);
                    break;
                case '/' when at + 1 < text.Length && text[at + 1] == '/':
                    at = Found(text.IndexOf('\n', at), text);
                    break;
                case '/' when at + 1 < text.Length && text[at + 1] == '*':
                    at = Found(text.IndexOf("*/", at + 2, StringComparison.Ordinal), text) + 1;
                    break;
                case '%' when at + 1 < text.Length:
                    at = Name(text, at + 1, names);
                    break;
                default:
                    break;
            }
        }

        return names;
    }

    private static int Name(string text, int start, List<string> names)
    {
        var end = start;
        string name;
        if (text[start] is '`' or '\'' or '"')
        {
            end = Closing(text, start);
            name = text[(start + 1)..end];
        }
        else
        {
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_')) end++;
            name = text[start..end--];
        }

        if (!names.Contains(name)) names.Add(name);
        return end;
    }

    private static int Closing(string text, int open)
    {
        var at = open + 1;
        while (at < text.Length && text[at] != text[open]) at += text[at] == '\\' ? 2 : 1;
        return Math.Min(at, text.Length - 1);
    }

    private static int Found(int at, string text) => at < 0 ? text.Length : at;
}
