using System.Globalization;
using System.Text.Json;
using DatacenterOst.Clinical;

namespace DatacenterOst.Models.Trees;

/// <summary>Reads JSON into <see cref="DocumentNode"/>s within the limits of <see cref="TreeLimits"/>, leaving out what scoring does not need.</summary>
internal static class JsonTree
{
    /// <summary>Members that neither score nor explain; they are a third of an XGBoost file.</summary>
    public static readonly IReadOnlySet<string> Unused = new HashSet<string>(StringComparer.Ordinal) { "base_weights", "loss_changes", "parents", "attributes", "tree_info", "iteration_indptr", "cats" };

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = TreeLimits.MaxDocumentDepth };

    public static DocumentNode Read(ReadOnlySpan<byte> json)
    {
        if (json.StartsWith("\uFEFF"u8)) json = json["\uFEFF"u8.Length..];
        json = BareWords.AsNumbers(json);
        var reader = new Utf8JsonReader(json, Strict);
        var count = 0;
        try
        {
            reader.Read();
            var root = Value(ref reader, "", ref count);
            if (reader.Read()) throw new Problem(ProblemKind.Invalid, "there is more after the end of the JSON");
            return root;
        }
        catch (JsonException e)
        {
            throw new Problem(ProblemKind.Invalid, Reason(json, e), string.Create(CultureInfo.InvariantCulture, $"line {e.LineNumber + 1}, byte {e.BytePositionInLine}"), e);
        }
        catch (InvalidOperationException e)
        {
            throw new Problem(ProblemKind.Invalid, "a text in the JSON is not UTF-8", string.Create(CultureInfo.InvariantCulture, $"byte {reader.TokenStartIndex}"), e);
        }
    }

    private static DocumentNode Value(ref Utf8JsonReader reader, string path, ref int count)
    {
        if (++count > TreeLimits.MaxDocumentNodes)
            throw new Problem(ProblemKind.TooLarge, $"the file has more than {TreeLimits.MaxDocumentNodes} objects, lists and texts", path);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return Object(ref reader, path, ref count);
            case JsonTokenType.StartArray:
                return Array(ref reader, path, ref count);
            case JsonTokenType.String:
                return new DocumentNode(path) { Scalar = reader.GetString() };
            case JsonTokenType.Number:
                return new DocumentNode(path) { Scalar = System.Text.Encoding.UTF8.GetString(reader.ValueSpan) };
            default:
                return new DocumentNode(path) { Scalar = reader.TokenType == JsonTokenType.True ? "1" : reader.TokenType == JsonTokenType.False ? "0" : "" };
        }
    }

    private static DocumentNode Object(ref Utf8JsonReader reader, string path, ref int count)
    {
        var members = new Dictionary<string, DocumentNode>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (Unused.Contains(name))
            {
                reader.Skip();
                continue;
            }

            if (!members.TryAdd(name, Value(ref reader, path.Length == 0 ? name : $"{path}.{name}", ref count)))
                throw new Problem(ProblemKind.Invalid, $"'{DocumentNode.Shown(name)}' is there twice", path);
        }

        return new DocumentNode(path) { Members = members };
    }

    // A list begins as numbers; the first thing that is none makes it a list of values.
    private static DocumentNode Array(ref Utf8JsonReader reader, string path, ref int count)
    {
        var numbers = new List<double>();
        List<DocumentNode>? items = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (items is null && TryNumber(ref reader, path, out var number))
            {
                numbers.Add(number);
                continue;
            }

            if (numbers.Count > 0) throw new Problem(ProblemKind.Invalid, $"entry {numbers.Count} is no number, but those before it are", path);
            items ??= [];
            items.Add(Value(ref reader, string.Create(CultureInfo.InvariantCulture, $"{path}[{items.Count}]"), ref count));
        }

        return items is null ? new DocumentNode(path) { Numbers = [.. numbers] } : new DocumentNode(path) { Items = items };
    }

    private static bool TryNumber(ref Utf8JsonReader reader, string path, out double number)
    {
        number = reader.TokenType == JsonTokenType.True ? 1 : 0;
        if (reader.TokenType is JsonTokenType.True or JsonTokenType.False) return true;
        if (reader.TokenType != JsonTokenType.Number) return false;
        // Thresholds and weights are 32-bit: read as such at once, so that no second rounding can move the last bit.
        if (BareWords.Meaning(reader.ValueSpan) is { } word) number = word;
        else if (!path.EndsWith("split_conditions", StringComparison.Ordinal)) return reader.TryGetDouble(out number);
        else number = reader.TryGetSingle(out var single) ? single : double.NaN;
        return true;
    }

    private static string Reason(ReadOnlySpan<byte> json, JsonException e)
    {
        var line = json;
        for (var i = 0L; i < e.LineNumber && line.IndexOf((byte)'\n') is >= 0 and var end; i++) line = line[(end + 1)..];
        return (e.BytePositionInLine ?? 0) >= line.Length
            ? "the JSON ends in the middle; the file was cut"
            : "this is not JSON: " + e.Message.Split(" Path:")[0].Split(" LineNumber:")[0];
    }
}
