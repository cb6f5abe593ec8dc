using System.Text;
using System.Text.Json.Nodes;
using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Patching;

/// <summary>The value of an operation: the JSON of a data type, with id and extensions of a primitive beside it.</summary>
internal sealed record PatchValue(JsonNode? Json, JsonNode? Shadow, string TypeName)
{
    /// <summary>Reads value[x], or the parts of a nested group, which is described part by part for the type it will become.</summary>
    public static PatchValue Read(Element part, TypeDefinition? target, int number)
    {
        var value = part["value"];
        if (value.Exists) return Of(value);
        if (part["resource"] is { Exists: true } resource) return Of(resource);
        if (!part["part"].Exists) throw new FhirPatchException($"Operation {number} has no value");
        var json = new JsonObject();
        foreach (var inner in part.Children("part"))
        {
            var name = inner["name"].AsString() ?? "";
            var element = target?.Element(name) ?? throw new FhirPatchException($"Operation {number}: {target?.Name} has no element '{name}'");
            var read = Read(inner, element.Types[0].Type, number);
            Put(json, SlotFor(element, read.TypeName), read, int.MaxValue);
        }
        return new PatchValue(json, null, "");
    }

    public static PatchValue Of(Element element)
    {
        ref readonly var node = ref element.Node;
        JsonNode? shadow = null;
        if ((node.Flags & NodeFlags.HasShadow) != 0) shadow = Raw(element.Owner!, element.Owner!.Nodes[node.Next]);
        if ((node.Flags & NodeFlags.Shadow) != 0) return new PatchValue(null, Raw(element.Owner!, node), element.TypeName);
        return new PatchValue(element.HasValue || (node.Flags & NodeFlags.Object) != 0 ? Raw(element.Owner!, node) : null, shadow, element.TypeName);
    }

    /// <summary>The slot of an element for a value of that type: valueQuantity for value and Quantity.</summary>
    public static Slot SlotFor(ElementDefinition element, string type)
    {
        var slots = Structures.Current.Slots.AsSpan(element.Parent.FirstSlot, element.Parent.EndSlot - element.Parent.FirstSlot);
        Slot? first = null;
        foreach (var slot in slots)
        {
            if (slot.Element != element) continue;
            if (!element.IsChoice || slot.Type.Name == type) return slot;
            first ??= slot;
        }
        throw new FhirPatchException($"'{element.Name}' cannot be a {type}");
    }

    /// <summary>Writes a value into an object: at its place in a list, or as the one value.</summary>
    public static void Put(JsonObject json, Slot slot, PatchValue value, int index)
    {
        var name = Encoding.UTF8.GetString(slot.JsonName);
        if (!slot.Element.IsArray)
        {
            json.Remove(name);
            json.Remove("_" + name);
            if (value.Json is not null) json[name] = value.Json;
            if (value.Shadow is not null) json["_" + name] = value.Shadow;
            return;
        }
        var list = json[name] as JsonArray;
        var shadows = json["_" + name] as JsonArray;
        var count = Math.Max(list?.Count ?? 0, shadows?.Count ?? 0);
        index = Math.Min(index, count);
        if (value.Json is not null || list is not null)
        {
            if (list is null) json[name] = list = [.. Enumerable.Repeat<JsonNode?>(null, count)];
            list.Insert(index, value.Json);
        }
        if (value.Shadow is null && shadows is null) return;
        if (shadows is null) json["_" + name] = shadows = [.. Enumerable.Repeat<JsonNode?>(null, count)];
        while (shadows.Count < count) shadows.Add(null);
        shadows.Insert(index, value.Shadow);
    }

    private static JsonNode? Raw(Resource owner, in Node node)
    {
        var isText = (node.Flags & NodeFlags.Text) != 0;
        return JsonNode.Parse(owner.Bytes.Span.Slice(isText ? node.Start - 1 : node.Start, isText ? node.Length + 2 : node.Length));
    }
}
