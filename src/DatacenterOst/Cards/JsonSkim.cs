using System.Buffers;
using System.Text.Json;

namespace DatacenterOst.Cards;

/// <summary>
/// Goes over JSON that is known to be strict (<see cref="StrictJson"/>) from value to value, and reads none: a string is passed by its quotes, an object by
/// its brackets. A request is taken apart level by level, and each level goes over all that is in it.
/// </summary>
internal ref struct JsonSkim(ReadOnlySpan<byte> json)
{
    private static readonly SearchValues<byte> Brackets = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> EndsOfText = SearchValues.Create("\"\\"u8);
    private static readonly SearchValues<byte> EndsOfWord = SearchValues.Create(",}] \t\r\n"u8);

    private readonly ReadOnlySpan<byte> json = json;
    private int at;

    /// <summary>Into the object or array; false where it is another.</summary>
    public bool Enter(byte bracket)
    {
        if (Next() != bracket) return false;
        at++;
        return true;
    }

    /// <summary>The place of the next name of an object, with its quotes, and of its value; false at its end.</summary>
    public bool Member(out Range name, out Range value)
    {
        name = value = default;
        if (!Value(out name)) return false;
        if (Next() != ':') throw Broken();
        at++;
        return Value(out value) ? true : throw Broken();
    }

    /// <summary>The place of the next item of an array; false at its end.</summary>
    public bool Value(out Range value)
    {
        value = default;
        if (Next() == ',') at++;
        if (Next() is (byte)'}' or (byte)']') return false;
        var start = at;
        at = json[at] switch
        {
            (byte)'"' => AfterText(at),
            (byte)'{' or (byte)'[' => AfterBrackets(at),
            _ => AfterWord(at),
        };
        value = start..at;
        return true;
    }

    private byte Next()
    {
        while (at < json.Length && json[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') at++;
        return at < json.Length ? json[at] : throw Broken();
    }

    private readonly int AfterText(int start)
    {
        var place = start + 1;
        while (true)
        {
            var end = json[place..].IndexOfAny(EndsOfText);
            if (end < 0) throw Broken();
            if (json[place + end] == '"') return place + end + 1;
            place = Math.Min(place + end + 2, json.Length);
        }
    }

    private readonly int AfterBrackets(int start)
    {
        var (place, depth) = (start, 0);
        do
        {
            var next = json[place..].IndexOfAny(Brackets);
            if (next < 0) throw Broken();
            place += next;
            switch (json[place])
            {
                case (byte)'"':
                    place = AfterText(place);
                    break;
                case (byte)'{' or (byte)'[':
                    (place, depth) = (place + 1, depth + 1);
                    break;
                default:
                    (place, depth) = (place + 1, depth - 1);
                    break;
            }
        }
        while (depth > 0);
        return place;
    }

    private readonly int AfterWord(int start)
    {
        var end = json[start..].IndexOfAny(EndsOfWord);
        return end < 0 ? json.Length : start + end;
    }

    private static JsonException Broken() => new("The JSON ends before it is whole.");
}
