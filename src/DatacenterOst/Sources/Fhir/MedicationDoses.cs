using DatacenterOst.Fhir;

namespace DatacenterOst.Sources.Fhir;

/// <summary>
/// The dose that is given at a time: dosage.dose of a MedicationAdministration, doseAndRate.doseQuantity of a MedicationRequest or
/// MedicationStatement (FHIR R4, 2.1.24.13). One number stands for a course, so doses that differ, ranges and rates give none.
/// </summary>
internal static class MedicationDoses
{
    /// <summary>Lines of one dosage that are looked at; a course has a handful.</summary>
    private const int MaxLines = 100;

    public static FhirValue? Of(Element root)
    {
        FhirValue? one = null;
        foreach (var dose in Doses(root).Take(MaxLines))
        {
            if (dose.TypeName is not ("Quantity" or "SimpleQuantity") || FhirValues.Of(dose) is not { Text: not null, Comparator: null } read) return null;
            if (one is not null && (one.Text != read.Text || one.Unit != read.Unit)) return null;
            one = read;
        }

        return one;
    }

    private static IEnumerable<Element> Doses(Element root)
    {
        if (root["dosage"]["dose"] is { Exists: true } given) yield return given;
        foreach (var name in new[] { "dosageInstruction", "dosage" })
        {
            foreach (var line in root.Children(name).ToList())
            {
                foreach (var part in line.Children("doseAndRate").ToList())
                {
                    if (part["dose"] is { Exists: true } dose) yield return dose;
                }
            }
        }
    }
}
