using System.Text.Json;
using System.Text.RegularExpressions;
using DatacenterOst.Clinical;

namespace DatacenterOst.Cards;

/// <summary>
/// What the user is doing, checked against the hook's definition. Resources in it are looked at only for their type here.
/// </summary>
/// <param name="PatientId">Logical id of the Patient at the EHR; null only for hooks of our own that have no patient.</param>
public sealed partial record HookContext(string? PatientId, string? UserId, string? EncounterId, JsonElement Fields)
{
    /// <summary>More orders or selections than this in one call is not a person's work.</summary>
    public const int MaxReferences = 1_000;

    // A record would print its fields, and they are patient data.
    public override string ToString() => nameof(HookContext);

    internal static HookContext Read(HookDefinition hook, JsonElement context, RequestRules rules, List<string> notes)
    {
        if (context.ValueKind != JsonValueKind.Object) throw Invalid("context must be an object.", "context");

        var read = new HookContext(null, null, null, context);
        foreach (var field in hook.Fields)
        {
            var where = $"context.{field.Name}";
            if (Find(context, field, notes) is not { } value)
            {
                if (field.Need == Need.Required) throw Invalid($"{hook.Name} needs {field.Name}.", where);
                continue;
            }

            var text = CheckShape(field, value, where, rules, notes);
            read = field.Name switch
            {
                "patientId" => read with { PatientId = text },
                "userId" => read with { UserId = text },
                "encounterId" => read with { EncounterId = text },
                _ => read,
            };
        }

        if (hook.Name == "order-select") NoteStraySelections(context, notes);
        return read;
    }

    private static JsonElement? Find(JsonElement context, HookField field, List<string> notes)
    {
        if (context.TryGetProperty(field.Name, out var value)) return value;
        foreach (var other in new[] { field.Alias, field.FormerName })
        {
            if (other is null || !context.TryGetProperty(other, out value)) continue;
            notes.Add($"context.{other} was read as {field.Name}");
            return value;
        }

        return null;
    }

    /// <summary>Returns the text of an id or reference; null for the other shapes.</summary>
    private static string? CheckShape(HookField field, JsonElement value, string where, RequestRules rules, List<string> notes)
    {
        switch (field.Shape)
        {
            case FieldShape.Id:
                return Id(value, where, rules, notes);
            case FieldShape.Reference:
                return Reference(value, field.Types, where, rules, notes);
            case FieldShape.References:
                foreach (var item in Items(value, where, field)) Reference(item, field.Types, where, rules, notes);
                return null;
            case FieldShape.Resources:
                foreach (var item in Items(value, where, field)) Resource(item, field, where, notes);
                return null;
            case FieldShape.Bundle:
                Bundle(value, field, where, notes);
                return null;
            default:
                Resource(value, field, where, notes);
                return null;
        }
    }

    private static string Id(JsonElement value, string where, RequestRules rules, List<string> notes)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        if (FhirId().IsMatch(text)) return text;

        var slash = text.LastIndexOf('/');
        if (rules.Strictness == Strictness.Lenient && slash >= 0 && FhirId().IsMatch(text[(slash + 1)..]))
        {
            notes.Add($"{where} was a reference; its id was used");
            return text[(slash + 1)..];
        }

        throw Invalid("must be a FHIR id (letters, digits, - and ., at most 64), not a reference.", where);
    }

    private static string? Reference(JsonElement value, IReadOnlyList<string> types, string where, RequestRules rules, List<string> notes)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        if (LocalReference().IsMatch(text) && (types.Count == 0 || types.Contains(text[..text.IndexOf('/')]))) return text;

        if (rules.Strictness == Strictness.Lenient && text.Length > 0)
        {
            notes.Add($"{where} was not a reference of the expected kind");
            return text;
        }

        var expected = types.Count == 0 ? "Type/id" : string.Join(" or ", types.Select(type => $"{type}/id"));
        throw Invalid($"must be a reference of the form {expected}.", where);
    }

    private static List<JsonElement> Items(JsonElement value, string where, HookField? field = null)
    {
        if (field?.FormerName is not null && value.ValueKind is JsonValueKind.String or JsonValueKind.Object) return [value];
        if (value.ValueKind != JsonValueKind.Array) throw Invalid("must be an array.", where);
        if (value.GetArrayLength() is 0 or > MaxReferences) throw Invalid($"must have 1 to {MaxReferences} items.", where);
        return [.. value.EnumerateArray()];
    }

    private static void Bundle(JsonElement value, HookField field, string where, List<string> notes)
    {
        // The library's own example of appointment-book has a plain list.
        if (value.ValueKind == JsonValueKind.Array && field.Name == "appointments")
        {
            notes.Add($"{where} was a list, not a Bundle");
            foreach (var item in Items(value, where)) Resource(item, field, where, notes);
            return;
        }

        if (TypeOf(value) != "Bundle") throw Invalid("must be a FHIR Bundle.", where);
        if (!value.TryGetProperty("entry", out var entries)) return;
        foreach (var entry in Items(entries, $"{where}.entry"))
        {
            if (entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("resource", out var resource)) Resource(resource, field, where, notes);
            else throw Invalid("each entry needs a resource.", $"{where}.entry");
        }
    }

    private static void Resource(JsonElement value, HookField field, string where, List<string> notes)
    {
        var type = TypeOf(value);
        if (type is null && value.ValueKind == JsonValueKind.Object && value.TryGetProperty("resource", out var wrapped) && TypeOf(wrapped) is { } inner)
        {
            notes.Add($"{where} was wrapped in 'resource'");
            type = inner;
        }

        if (type is null) throw Invalid("must be a FHIR resource with resourceType.", where);
        if (!Fhir.FhirDefinitions.IsResourceType(type)) throw Invalid("must be a resource of FHIR R4; this type is of another version.", where);
        if (field.Types.Count > 0 && !field.Types.Contains(type)) throw Invalid($"must be of type {string.Join(" or ", field.Types)}.", where);
    }

    // A selection that is not among the draft orders cannot be acted on; the rest of the call still can.
    private static void NoteStraySelections(JsonElement context, List<string> notes)
    {
        var drafts = new HashSet<string>(StringComparer.Ordinal);
        if (context.GetProperty("draftOrders").TryGetProperty("entry", out var entries))
            foreach (var resource in entries.EnumerateArray().Select(entry => entry.GetProperty("resource")))
                if (resource.ValueKind == JsonValueKind.Object && resource.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String)
                    drafts.Add($"{TypeOf(resource)}/{id.GetString()}");

        var strays = context.GetProperty("selections").EnumerateArray().Count(selection => !drafts.Contains(selection.ToString()));
        if (strays > 0) notes.Add(FormattableString.Invariant($"{strays} selections were not among the draft orders and were ignored"));
    }

    private static string? TypeOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty("resourceType", out var type) && type.ValueKind == JsonValueKind.String
            ? type.GetString()
            : null;

    private static Problem Invalid(string message, string where) => new(ProblemKind.Invalid, message, where);

    [GeneratedRegex(@"\A[A-Za-z0-9\-.]{1,64}\z")]
    private static partial Regex FhirId();

    // The pattern of invariant ord-1, as FHIR's rules for type names and ids allow it.
    [GeneratedRegex(@"\A[A-Za-z]{1,64}/[A-Za-z0-9_\-.]{1,64}\z")]
    private static partial Regex LocalReference();
}
