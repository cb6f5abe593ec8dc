using System.Collections.Frozen;
using DatacenterOst.Fhir;

namespace DatacenterOst.Store.Search;

/// <summary>
/// For each type the date that its resources are ordered by in a patient's record: it stands in the row of the resource and in
/// the index of the patient, so that the newest ones are found without sorting.
/// </summary>
internal static class PrincipalDates
{
    private static readonly FrozenDictionary<string, string> Codes = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["AllergyIntolerance"] = "date",
        ["Appointment"] = "date",
        ["CarePlan"] = "date",
        ["Claim"] = "created",
        ["ClinicalImpression"] = "date",
        ["Communication"] = "sent",
        ["CommunicationRequest"] = "authored",
        ["Composition"] = "date",
        ["Condition"] = "onset-date",
        ["Consent"] = "date",
        ["DeviceRequest"] = "authored-on",
        ["DiagnosticReport"] = "date",
        ["DocumentManifest"] = "created",
        ["DocumentReference"] = "date",
        ["Encounter"] = "date",
        ["EpisodeOfCare"] = "date",
        ["ExplanationOfBenefit"] = "created",
        ["FamilyMemberHistory"] = "date",
        ["Flag"] = "date",
        ["Goal"] = "start-date",
        ["ImagingStudy"] = "started",
        ["Immunization"] = "date",
        ["List"] = "date",
        ["Media"] = "created",
        ["MedicationAdministration"] = "effective-time",
        ["MedicationDispense"] = "whenhandedover",
        ["MedicationRequest"] = "authoredon",
        ["MedicationStatement"] = "effective",
        ["NutritionOrder"] = "datetime",
        ["Observation"] = "date",
        ["Procedure"] = "date",
        ["QuestionnaireResponse"] = "authored",
        ["RiskAssessment"] = "date",
        ["ServiceRequest"] = "authored",
        ["Specimen"] = "collected",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static bool Is(string type, SearchParameter parameter) => Codes.GetValueOrDefault(type) == parameter.Code;

    public static string? Of(string type) => Codes.GetValueOrDefault(type);
}
