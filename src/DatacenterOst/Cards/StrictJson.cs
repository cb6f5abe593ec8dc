using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using DatacenterOst.Clinical;

namespace DatacenterOst.Cards;

/// <summary>
/// Whether bytes are JSON that means one thing only. Duplicate keys, half surrogates and numbers beyond a double are read
/// differently by different readers; a request that two readers can understand differently is not one to act on.
/// </summary>
public static class StrictJson
{
    /// <summary>FHIR resources in practice stay below 20 levels; the envelope adds four.</summary>
    public const int MaxDepth = 64;

    /// <exception cref="Problem">Invalid, with the line, when it is not.</exception>
    public static void Check(ReadOnlySpan<byte> json, string where)
    {
        if (!Utf8.IsValid(json)) throw Invalid("The text is not UTF-8.", where);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        var names = new ObjectNames();
        try
        {
            while (reader.Read()) CheckToken(ref reader, names, where);
        }
        catch (JsonException broken)
        {
            throw Invalid($"Not JSON (line {Line(broken)}): send one JSON object, at most {MaxDepth} levels deep.", where);
        }
    }

    private static void CheckToken(ref Utf8JsonReader reader, ObjectNames names, string where)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                names.Open();
                break;
            case JsonTokenType.EndObject:
                names.Close();
                break;
            case JsonTokenType.PropertyName:
                CheckText(ref reader, where);
                if (!names.Add(NameHash(ref reader))) throw Invalid($"A key occurs twice in one object (byte {reader.TokenStartIndex}).", where);
                break;
            case JsonTokenType.String:
                CheckText(ref reader, where);
                break;
            case JsonTokenType.Number:
                CheckNumber(ref reader, where);
                break;
        }
    }

    // Only an escaped string can hold half a surrogate, since the bytes themselves are known to be UTF-8.
    private static void CheckText(ref Utf8JsonReader reader, string where)
    {
        if (!reader.ValueIsEscaped) return;
        try
        {
            _ = reader.GetString();
        }
        catch (InvalidOperationException)
        {
            throw Invalid($"A string holds half of a surrogate pair (byte {reader.TokenStartIndex}).", where);
        }
    }

    private static void CheckNumber(ref Utf8JsonReader reader, string where)
    {
        // Fifteen characters cannot leave the range of a double unless one of them is an exponent.
        var text = reader.ValueSpan;
        if (text.Length <= 15 && text.IndexOfAny((byte)'e', (byte)'E') < 0) return;
        if (!Utf8Parser.TryParse(text, out double number, out _) || !double.IsFinite(number))
            throw Invalid($"A number is too large to be a measurement (byte {reader.TokenStartIndex}).", where);
    }

    private static ulong NameHash(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped) return Fnv(reader.ValueSpan);
        return Fnv(System.Text.Encoding.UTF8.GetBytes(reader.GetString()!));
    }

    // FNV-1a, 64 bits: equal names always collide, and a chance collision refuses one request in 10^19.
    private static ulong Fnv(ReadOnlySpan<byte> name)
    {
        var hash = 14695981039346656037UL;
        foreach (var value in name) hash = (hash ^ value) * 1099511628211UL;
        return hash;
    }

    private static string Line(JsonException broken) =>
        ((broken.LineNumber ?? 0) + 1).ToString(CultureInfo.InvariantCulture);

    private static Problem Invalid(string message, string where) => new(ProblemKind.Invalid, message, where);

    /// <summary>The names seen in each open object: a list while there are few, a set when a sender makes many.</summary>
    private sealed class ObjectNames
    {
        private const int Few = 24;

        private readonly List<ulong> _hashes = [];
        private readonly List<int> _starts = [];
        private readonly Dictionary<int, HashSet<ulong>> _large = [];

        public void Open() => _starts.Add(_hashes.Count);

        public void Close()
        {
            var start = _starts[^1];
            _starts.RemoveAt(_starts.Count - 1);
            _hashes.RemoveRange(start, _hashes.Count - start);
            if (_large.Count > 0) _large.Remove(_starts.Count);
        }

        public bool Add(ulong hash)
        {
            var start = _starts[^1];
            if (_large.TryGetValue(_starts.Count - 1, out var set)) return set.Add(hash);
            for (var i = start; i < _hashes.Count; i++)
                if (_hashes[i] == hash) return false;

            _hashes.Add(hash);
            if (_hashes.Count - start > Few) _large[_starts.Count - 1] = [.. _hashes.Skip(start)];
            return true;
        }
    }
}
