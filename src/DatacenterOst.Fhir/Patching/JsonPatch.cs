using System.Globalization;
using System.Text.Json.Nodes;

namespace DatacenterOst.Fhir.Patching;

/// <summary>RFC 6902 on JSON trees, with pointers of RFC 6901.</summary>
internal static class JsonPatch
{
    public static JsonNode? Apply(JsonNode? document, JsonArray operations)
    {
        if (operations.Count > Patch.MaxOperations) throw new FhirPatchException($"The patch has more than {Patch.MaxOperations} operations");
        var result = document?.DeepClone();
        for (var i = 0; i < operations.Count; i++)
        {
            var operation = operations[i] as JsonObject ?? throw new FhirPatchException($"Operation {i + 1} is not an object");
            result = Apply(result, operation, i + 1);
        }
        return result;
    }

    private static JsonNode? Apply(JsonNode? document, JsonObject operation, int number)
    {
        var name = Text(operation, "op", number);
        var path = Pointer(Text(operation, "path", number), number);
        switch (name)
        {
            case "add":
                return Add(document, path, Value(operation, number), number);
            case "remove":
                return Remove(document, path, number).Document;
            case "replace":
                if (path.Length == 0) return Value(operation, number);
                var replaced = Remove(document, path, number);
                return Add(replaced.Document, path, Value(operation, number), number);
            case "move":
                var from = Pointer(Text(operation, "from", number), number);
                if (path.Length > from.Length && path.AsSpan(0, from.Length).SequenceEqual(from)) throw new FhirPatchException($"Operation {number}: a value cannot be moved into itself");
                var (rest, moved) = Remove(document, from, number);
                return Add(rest, path, moved, number);
            case "copy":
                return Add(document, path, Find(document, Pointer(Text(operation, "from", number), number), number)?.DeepClone(), number);
            case "test":
                return JsonNode.DeepEquals(Find(document, path, number), Value(operation, number)) ? document
                    : throw new FhirPatchException($"Operation {number}: the value at {operation["path"]} is another one");
            default:
                throw new FhirPatchException($"Operation {number}: '{name}' is not one of add, remove, replace, move, copy, test");
        }
    }

    private static string Text(JsonObject operation, string name, int number) =>
        operation[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw new FhirPatchException($"Operation {number} has no '{name}'");

    private static JsonNode? Value(JsonObject operation, int number) =>
        operation.ContainsKey("value") ? operation["value"]?.DeepClone() : throw new FhirPatchException($"Operation {number} has no 'value'");

    private static string[] Pointer(string text, int number)
    {
        if (text.Length == 0) return [];
        if (text[0] != '/') throw new FhirPatchException($"Operation {number}: the path '{text}' must begin with /");
        return [.. text[1..].Split('/').Select(s => s.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
    }

    private static JsonNode? Find(JsonNode? node, ReadOnlySpan<string> path, int number)
    {
        foreach (var step in path)
        {
            node = node switch
            {
                JsonObject o when o.ContainsKey(step) => o[step],
                JsonArray a => a[Index(step, a.Count - 1, number)],
                _ => throw new FhirPatchException($"Operation {number}: there is nothing at '{step}'"),
            };
        }
        return node;
    }

    private static int Index(string step, int most, int number)
    {
        if (int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= most && (step.Length == 1 || step[0] != '0')) return index;
        throw new FhirPatchException($"Operation {number}: the list has no place '{step}'");
    }

    private static JsonNode? Add(JsonNode? document, string[] path, JsonNode? value, int number)
    {
        if (path.Length == 0) return value;
        var last = path[^1];
        switch (Find(document, path.AsSpan(0, path.Length - 1), number))
        {
            case JsonObject o: o[last] = value; break;
            case JsonArray a: a.Insert(last == "-" ? a.Count : Index(last, a.Count, number), value); break;
            default: throw new FhirPatchException($"Operation {number}: nothing can be added at '{last}'");
        }
        return document;
    }

    private static (JsonNode? Document, JsonNode? Removed) Remove(JsonNode? document, string[] path, int number)
    {
        if (path.Length == 0) return (null, document);
        var last = path[^1];
        var removed = Find(document, path, number);
        if (Find(document, path.AsSpan(0, path.Length - 1), number) is JsonArray list) list.RemoveAt(Index(last, list.Count - 1, number));
        else Find(document, path.AsSpan(0, path.Length - 1), number)!.AsObject().Remove(last);
        return (document, removed);
    }
}
