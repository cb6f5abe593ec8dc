using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Codes;
using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.UnitTests.Fhir;

/// <summary>Takes HL7's valid examples, spoils one thing at a time, and looks for the error at that place.</summary>
public sealed class When_examples_are_spoilt
{
    private sealed record Spoilt(string Kind, string Path, string? Code);

    private const int LeastCases = 2000;
    private readonly List<string> missed = [];
    private readonly Dictionary<string, int> cases = new(StringComparer.Ordinal);

    [Fact]
    public void every_mutation_is_caught_at_its_place()
    {
        foreach (var file in Examples.Files().Where(f => new FileInfo(f).Length < 30_000))
        {
            var name = Path.GetFileName(file);
            if (name.StartsWith("CodeSystem", StringComparison.Ordinal) || (name.StartsWith("ValueSet-v", StringComparison.Ordinal)) || name.StartsWith("SearchParameter-", StringComparison.Ordinal) || name.StartsWith("StructureDefinition", StringComparison.Ordinal)) continue;
            var resource = Resource.ParseJson(File.ReadAllBytes(file));
            if (Validator.Default.Validate(resource).Any(i => i.Severity == IssueSeverity.Error)) continue;
            var root = JsonNode.Parse(resource.Source.Span)!.AsObject();
            Walk(name, root, resource.Root, root);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{cases.Values.Sum()} cases: {string.Join(", ", cases)}");
        Assert.True(missed.Count == 0, $"{missed.Count} of {cases.Values.Sum()} were missed:\n" + string.Join('\n', missed.Take(30)));
        Assert.True(cases.Values.Sum() >= LeastCases, string.Join(", ", cases));
        Assert.Equal(["code", "invariant", "reference", "required", "type"], cases.Keys.Order());
    }

    private void Walk(string file, JsonObject root, Element parent, JsonObject json)
    {
        foreach (var group in parent.Children().ToList().GroupBy(c => c.Slot.Index))
        {
            var slot = Structures.Current.Slots[group.Key];
            var property = Encoding.UTF8.GetString(slot.JsonName);
            if (slot.Element.Min > 0 && parent.Children(slot.Element.Name).Count() == group.Count()) Try(file, root, json, property, null, new Spoilt("required", parent.Path, "required"));
            var index = 0;
            foreach (var child in group)
            {
                if (json[property] is { } value) Child(file, root, json, (property, slot.Element.IsArray ? index : -1), child, slot.Element.IsArray ? value.AsArray()[index] : value);
                index++;
            }
        }
    }

    private void Child(string file, JsonObject root, JsonObject json, (string Name, int Index) at, Element child, JsonNode? value)
    {
        if (child.HasValue)
        {
            Try(file, root, json, at, child.Node.Flags.HasFlag(NodeFlags.Text) ? JsonValue.Create(5) : JsonValue.Create("five"), new Spoilt("type", child.Path, null));
            var definition = child.Slot.Element;
            if (child.TypeName == "code" && definition.Binding == BindingStrength.Required && CodeSets.Current.Contains(definition.ValueSet, null, "no-such-code") == false)
                Try(file, root, json, at, JsonValue.Create("no-such-code"), new Spoilt("code", child.Path, "code-invalid"));
        }
        if (value is not JsonObject inner) return;
        Objects(file, root, inner, child);
        Walk(file, root, child, inner);
    }

    private void Objects(string file, JsonObject root, JsonObject json, Element element)
    {
        var targets = element.Slot.Option.Targets;
        if (element.TypeName == "Reference" && json["reference"] is not null)
        {
            if (targets.Length > 0 && !targets.Contains("Resource") && !targets.Contains("Slot") && json["type"] is null)
                Try(file, root, json, "reference", JsonValue.Create("Slot/1"), new Spoilt("reference", element.Path, "value"));
            Try(file, root, json, "reference", JsonValue.Create("#nowhere"), new Spoilt("invariant", element.Path, null));
        }
        if (element.TypeName == "Period" && json["start"] is not null) Try(file, root, json, "end", JsonValue.Create("1800"), new Spoilt("invariant", element.Path, "invariant"));
        if (element.TypeName == "Quantity" && json["code"] is not null && json["system"] is not null) Try(file, root, json, "system", null, new Spoilt("invariant", element.Path, "invariant"));
        if (element.TypeName == "ContactPoint" && json["value"] is not null && json["system"] is not null) Try(file, root, json, "system", null, new Spoilt("invariant", element.Path, "invariant"));
    }

    private void Try(string file, JsonObject root, JsonObject json, (string Name, int Index) at, JsonNode value, Spoilt spoilt)
    {
        if (at.Index < 0) { Try(file, root, json, at.Name, value, spoilt); return; }
        var list = json[at.Name]!.AsArray();
        var before = list[at.Index]?.DeepClone();
        list[at.Index] = value;
        Expect(file, root, spoilt);
        list[at.Index] = before;
    }

    private void Try(string file, JsonObject root, JsonObject json, string property, JsonNode? value, Spoilt spoilt)
    {
        var position = json.IndexOf(property);
        var before = json[property];
        if (value is null) json.Remove(property);
        else json[property] = value;
        Expect(file, root, spoilt);
        if (before is null) { json.Remove(property); return; }
        json.Remove(property);
        json.Insert(position, property, before);
    }

    private void Expect(string file, JsonObject root, Spoilt spoilt)
    {
        // A thousand of each kind are enough to show it, and keep the test short.
        if (cases.GetValueOrDefault(spoilt.Kind) >= 1500) return;
        cases[spoilt.Kind] = cases.GetValueOrDefault(spoilt.Kind) + 1;
        var bytes = JsonSerializer.SerializeToUtf8Bytes(root);
        try
        {
            var issues = Validator.Default.Validate(Resource.ParseJson(bytes)).Where(i => i.Severity == IssueSeverity.Error).ToList();
            if (spoilt.Kind == "type") missed.Add($"{file} {spoilt}: was parsed");
            else if (!issues.Exists(i => i.Path == spoilt.Path && (spoilt.Code is null || i.Code == spoilt.Code))) missed.Add($"{file} {spoilt}: {string.Join("; ", issues)}");
        }
        catch (FhirFormatException e)
        {
            if (spoilt.Kind == "required" && e.Path == spoilt.Path) return;
            if (spoilt.Kind != "type" || e.Path != spoilt.Path) missed.Add($"{file} {spoilt}: {e.Message}");
        }
    }
}
