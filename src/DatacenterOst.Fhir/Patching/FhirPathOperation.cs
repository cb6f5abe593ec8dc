using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Patching;

/// <summary>One operation of a FHIRPath patch.</summary>
internal sealed class FhirPathOperation(Element operation, int number)
{
    public Resource Apply(Resource resource)
    {
        var kind = Text("type");
        var json = JsonNode.Parse(resource.Bytes.Span, documentOptions: new JsonDocumentOptions { MaxDepth = Resource.MaxDepth })!.AsObject();
        switch (kind)
        {
            case "add": Add(resource, json); break;
            case "insert": Insert(resource, json); break;
            case "delete": Delete(resource, json); break;
            case "replace": Replace(resource, json); break;
            case "move": Move(resource, json); break;
            default: throw Fail($"'{kind}' is not one of add, insert, delete, replace, move");
        }
        return Patch.Parse(json, $"Operation {number}");
    }

    private void Add(Resource resource, JsonObject json)
    {
        var parent = One(resource);
        var name = Text("name");
        var element = parent.Definition.Element(name) ?? throw Fail($"{parent.TypeName} has no element '{name}'");
        var value = PatchValue.Read(Part("value"), element.Types[0].Type, number);
        if (!element.IsArray && parent[name].Exists) throw Fail($"'{name}' is there already and may stand once; use replace");
        var slot = PatchValue.SlotFor(element, value.TypeName);
        PatchValue.Put(Object(json, parent), slot, value, int.MaxValue);
    }

    private void Insert(Resource resource, JsonObject json)
    {
        var items = All(resource);
        if (items.Count == 0) throw Fail("There is no list at the path; use add");
        var index = Index("index", items.Count);
        var slot = items[0].Slot;
        PatchValue.Put(Parent(json, items[0]), slot, PatchValue.Read(Part("value"), slot.Type, number), index);
    }

    private void Delete(Resource resource, JsonObject json)
    {
        var items = All(resource);
        // Deleting what is not there is no error (FHIR R4, 3.1.0.8.2); deleting several at once is.
        if (items.Count > 1) throw Fail($"The path gives {items.Count} elements; delete takes one");
        if (items.Count == 1) Remove(json, items[0]);
    }

    private void Replace(Resource resource, JsonObject json)
    {
        var element = One(resource);
        if (element.Index == 0) throw Fail("The resource itself cannot be replaced by a patch");
        var definition = element.Slot.Element;
        var value = PatchValue.Read(Part("value"), element.Slot.Type, number);
        var (parent, index) = (Parent(json, element), IndexOf(element));
        var slot = definition.IsChoice ? PatchValue.SlotFor(definition, value.TypeName) : element.Slot;
        RemoveAt(parent, element, index, keepEmpty: true);
        PatchValue.Put(parent, slot, value, index);
    }

    private void Move(Resource resource, JsonObject json)
    {
        var items = All(resource);
        var (from, to) = (Index("source", items.Count - 1), Index("destination", items.Count - 1));
        if (items.Select(i => i.Slot.Index).Distinct().Count() > 1) throw Fail("The path gives elements of different lists");
        var moved = PatchValue.Of(items[from]);
        var parent = Parent(json, items[from]);
        RemoveAt(parent, items[from], from, keepEmpty: true);
        PatchValue.Put(parent, items[from].Slot, moved, to);
    }

    /// <summary>Removes an element, and its parents where they are left empty.</summary>
    private static void Remove(JsonObject json, Element element)
    {
        var owner = element.Owner!;
        var ancestors = ElementPath.Ancestors(owner, element.Index);
        for (var i = ancestors.Count - 1; i > 0; i--)
        {
            var at = new Element(owner, ancestors[i]);
            var parent = Parent(json, at);
            RemoveAt(parent, at, IndexOf(at), keepEmpty: false);
            if (parent.Count > 0) return;
        }
    }

    private static void RemoveAt(JsonObject parent, Element element, int index, bool keepEmpty)
    {
        var name = Encoding.UTF8.GetString(element.Slot.JsonName);
        foreach (var property in (string[])[name, "_" + name])
        {
            if (parent[property] is JsonArray list && element.Slot.Element.IsArray)
            {
                if (index < list.Count) list.RemoveAt(index);
                if (list.All(i => i is null) && (!keepEmpty || list.Count == 0)) parent.Remove(property);
            }
            else parent.Remove(property);
        }
    }

    /// <summary>The object in the tree that stands for the element.</summary>
    private static JsonObject Object(JsonObject root, Element element)
    {
        var owner = element.Owner!;
        JsonNode at = root;
        foreach (var index in ElementPath.Ancestors(owner, element.Index).Skip(1))
        {
            var step = new Element(owner, index);
            var name = Encoding.UTF8.GetString(step.Definition.IsPrimitive ? step.Slot.ShadowName : step.Slot.JsonName);
            var inner = at[name] ?? (step.Slot.Element.IsArray ? at[name] = new JsonArray() : at[name] = new JsonObject());
            if (inner is JsonArray list)
            {
                while (list.Count <= IndexOf(step)) list.Add(null);
                inner = list[IndexOf(step)] ??= new JsonObject();
            }
            at = inner;
        }
        return at.AsObject();
    }

    private static JsonObject Parent(JsonObject root, Element element) =>
        Object(root, new Element(element.Owner!, ElementPath.Ancestors(element.Owner!, element.Index)[^2]));

    private static int IndexOf(Element element)
    {
        var parent = new Element(element.Owner!, ElementPath.Ancestors(element.Owner!, element.Index)[^2]);
        var index = 0;
        foreach (var sibling in parent.ChildrenById(element.Slot.Element.NameId))
        {
            if (sibling.Index == element.Index) return index;
            index++;
        }
        return index;
    }

    private Element One(Resource resource)
    {
        var items = All(resource);
        return items.Count == 1 ? items[0] : throw Fail(items.Count == 0 ? $"No content found at {Text("path")}" : $"The path gives {items.Count} elements; one is needed");
    }

    private List<Element> All(Resource resource)
    {
        try
        {
            return [.. FhirPathExpression.Parse(Text("path")).Evaluate(resource.Root).Select(v => v.Element.Exists && v.Element.Owner == resource ? v.Element : throw Fail("The path must name elements of the resource"))];
        }
        catch (FhirPathException e)
        {
            throw Fail(e.Message);
        }
    }

    private Element Part(string name)
    {
        foreach (var part in operation.Children("part"))
            if (part["name"].AsString() == name) return part;
        return default;
    }

    private string Text(string name) => Part(name)["value"].AsString() ?? throw Fail($"'{name}' is missing");

    private int Index(string name, int most) =>
        Part(name)["value"].AsInteger() is { } index && index >= 0 && index <= most ? index : throw Fail($"'{name}' must be between 0 and {most}");

    private FhirPatchException Fail(string problem) => new($"Operation {number}: {problem}");
}
