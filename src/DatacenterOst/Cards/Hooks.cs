using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace DatacenterOst.Cards;

/// <summary>
/// The hooks of the CDS Hooks library and their contexts, from the library's pages as of its 2.0 build. The pages' own examples
/// deviate from their tables in places (dashes in order-dispatch, a list of appointments, a wrapper around a single resource);
/// those spellings are understood too, because clients copied them.
/// </summary>
public static partial class Hooks
{
    private static readonly string[] AnyUser = ["Practitioner", "PractitionerRole", "Patient", "RelatedPerson"];

    private static readonly string[] Clinician = ["Practitioner", "PractitionerRole"];

    private static readonly HookField Patient = new("patientId", FieldShape.Id, Need.Required, []);

    private static readonly HookField Encounter = new("encounterId", FieldShape.Id, Need.Required, []);

    private static readonly HookField EncounterIfAny = Encounter with { Need = Need.Optional };

    private static readonly HookField DraftOrders = new("draftOrders", FieldShape.Bundle, Need.Required, []);

    private static readonly FrozenDictionary<string, HookDefinition> Known = new HookDefinition[]
    {
        new("patient-view", [User(AnyUser), Patient, EncounterIfAny]),
        new("order-sign", [User(Clinician), Patient, EncounterIfAny, DraftOrders]),
        new("order-select",
        [
            User(Clinician), Patient, EncounterIfAny, DraftOrders,
            new HookField("selections", FieldShape.References, Need.Required, []),
        ]),
        new("order-dispatch",
        [
            Patient,
            new HookField("dispatchedOrders", FieldShape.References, Need.Required, []) { Alias = "dispatched-orders", FormerName = "order" },
            new HookField("performer", FieldShape.Reference, Need.Required, []),
            new HookField("fulfillmentTasks", FieldShape.Resources, Need.Optional, ["Task"]) { Alias = "fulfillment-tasks", FormerName = "task" },
        ])
        {
            Version = "1.1",
        },
        new("encounter-start", [User(Clinician), Patient, Encounter]),
        new("encounter-discharge", [User(Clinician), Patient, Encounter]),
        new("appointment-book",
            [User(AnyUser), Patient, EncounterIfAny, new HookField("appointments", FieldShape.Bundle, Need.Required, ["Appointment"])]),
        new("allergyintolerance-create",
        [
            User(Clinician), Patient, EncounterIfAny,
            new HookField("allergyIntolerance", FieldShape.Resource, Need.Required, ["AllergyIntolerance"]),
        ]),
        new("problem-list-item-create",
            [User(Clinician), Patient, EncounterIfAny, new HookField("conditions", FieldShape.Bundle, Need.Required, ["Condition"])]),
        new("medication-refill",
        [
            User(Clinician) with { Need = Need.Optional }, Patient, EncounterIfAny,
            new HookField("medications", FieldShape.Bundle, Need.Required, []),
        ])
        {
            Version = "0.1.0",
        },
        new("medication-verify",
        [
            User(Clinician), Patient, EncounterIfAny,
            new HookField("medication", FieldShape.Resource, Need.Required, ["MedicationRequest"]) { Alias = "order" },
        ]),
    }.ToFrozenDictionary(hook => hook.Name);

    /// <summary>The definition of a hook, or null for a name without a dot that HL7 has not defined.</summary>
    public static HookDefinition? Find(string name)
    {
        if (Known.TryGetValue(name, out var hook)) return hook;
        return CustomName().IsMatch(name) ? new HookDefinition(name, [Patient with { Need = Need.Optional }]) : null;
    }

    private static HookField User(string[] types) => new("userId", FieldShape.Reference, Need.Required, types);

    [GeneratedRegex(@"\A[a-z0-9-]+(\.[a-z0-9-]+)+\z", RegexOptions.IgnoreCase)]
    private static partial Regex CustomName();
}
