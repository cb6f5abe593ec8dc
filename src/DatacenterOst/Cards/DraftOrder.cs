using System.Text.Json;
using DatacenterOst.Clinical;

namespace DatacenterOst.Cards;

/// <summary>An order of the context that is not signed yet, or is being signed again.</summary>
/// <param name="Reference"><c>MedicationRequest/id</c>; null where the client gave it no id, and nothing can then be done with it.</param>
/// <param name="Place">Where in the context, for facts that come of it.</param>
/// <param name="Name">What is ordered, in the client's own words; outside text, to be escaped.</param>
public sealed record DraftOrder(string? Reference, string Place, string? Name, IReadOnlyList<Coding> Codings, JsonElement Resource)
{
    // A record would print the order.
    public override string ToString() => nameof(DraftOrder);
}

/// <summary>The medication orders of a context: <c>draftOrders</c> of order-select and order-sign, and what is refilled or verified.</summary>
public static class DraftOrders
{
    /// <summary>More orders than this in one call are not looked at: no basket of a person holds them.</summary>
    public const int MaxOrders = 200;

    private static readonly string[] Fields = ["draftOrders", "medications", "medication"];

    private static readonly string[] Over = ["cancelled", "entered-in-error", "stopped", "completed"];

    /// <summary>Orders of this patient; one that names another patient, or nothing to be given, is left out.</summary>
    public static IReadOnlyList<DraftOrder> Of(HookContext context, Uri? fhirServer)
    {
        var orders = new List<DraftOrder>();
        if (context.PatientId is not { } patient) return orders;
        foreach (var field in Fields)
        {
            if (!context.Fields.TryGetProperty(field, out var value)) continue;
            var resources = ResourcesIn(value).ToList();
            for (var at = 0; at < resources.Count && orders.Count < MaxOrders; at++)
                if (IsOrderOf(resources[at], patient, fhirServer))
                    orders.Add(Order(resources[at], FormattableString.Invariant($"{field}[{at}]"), resources));
        }

        return orders;
    }

    private static IEnumerable<JsonElement> ResourcesIn(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object) return [];
        if (Text(value, "resourceType") != "Bundle") return [value.TryGetProperty("resource", out var wrapped) ? wrapped : value];
        return value.TryGetProperty("entry", out var entries) && entries.ValueKind == JsonValueKind.Array
            ? entries.EnumerateArray().Where(entry => entry.ValueKind == JsonValueKind.Object).Select(entry => entry.TryGetProperty("resource", out var resource) ? resource : default)
            : [];
    }

    // Real clients send drafts without intent and without subject: in the basket of this patient's chart they are this patient's.
    private static bool IsOrderOf(JsonElement resource, string patient, Uri? fhirServer)
    {
        if (Text(resource, "resourceType") != "MedicationRequest") return false;
        if (resource.TryGetProperty("doNotPerform", out var not) && not.ValueKind == JsonValueKind.True) return false;
        if (Text(resource, "status") is { } status && Over.Contains(status)) return false;
        if (!resource.TryGetProperty("subject", out var subject)) return true;
        return Text(subject, "reference") is { } reference
            && (reference == $"Patient/{patient}" || (fhirServer is not null && reference == $"{fhirServer.AbsoluteUri.TrimEnd('/')}/Patient/{patient}"));
    }

    private static DraftOrder Order(JsonElement resource, string place, List<JsonElement> all)
    {
        var medication = resource.TryGetProperty("medicationCodeableConcept", out var concept) ? concept : Referred(resource, all);
        var codings = new List<Coding>();
        if (medication.ValueKind == JsonValueKind.Object && medication.TryGetProperty("coding", out var list) && list.ValueKind == JsonValueKind.Array)
            foreach (var coding in list.EnumerateArray())
                if (Text(coding, "system") is { } system && Text(coding, "code") is { } code) codings.Add(new Coding(new Code(system, code), Text(coding, "display")));
        var name = Text(medication, "text") ?? codings.Select(coding => coding.Display).FirstOrDefault(display => display is not null);
        if (name is null && resource.TryGetProperty("medicationReference", out var referred)) name = Text(referred, "display");
        var id = Text(resource, "id");
        return new DraftOrder(id is null ? null : $"MedicationRequest/{id}", place, name, codings, resource);
    }

    /// <summary>The code of the Medication that the order refers to: contained in it, or beside it in the same Bundle.</summary>
    private static JsonElement Referred(JsonElement resource, List<JsonElement> all)
    {
        if (!resource.TryGetProperty("medicationReference", out var medication) || Text(medication, "reference") is not { } reference) return default;
        var contained = resource.TryGetProperty("contained", out var inside) && inside.ValueKind == JsonValueKind.Array ? inside.EnumerateArray().ToList() : [];
        var id = reference.StartsWith('#') ? reference[1..] : reference[(reference.LastIndexOf('/') + 1)..];
        foreach (var candidate in reference.StartsWith('#') ? contained : all)
            if (Text(candidate, "resourceType") == "Medication" && Text(candidate, "id") == id)
                return candidate.TryGetProperty("code", out var code) ? code : default;
        return default;
    }

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
