using static DatacenterOst.Benchmarks.Fhir.Table;

namespace DatacenterOst.Benchmarks.Growth;

/// <param name="Name">As it stands in the table.</param>
/// <param name="Path">Below <c>/fhir/</c>, for a patient.</param>
/// <param name="Scope">Those that name a patient are held to the mark; the others may grow with what they look through.</param>
public sealed record GrowthSearch(string Name, Func<GrowthPatient, string> Path, Scope Scope);

public enum Scope
{
    OnePatient,
    AllPatients,
}

/// <summary>The same searches at every size.</summary>
public static class GrowthSearches
{
    private const string HeartRate = "code=http://loinc.org%7C" + IcuVariables.HeartRate;
    private const string Creatinine = "code=http://loinc.org%7C" + IcuVariables.Creatinine;

    /// <param name="startedAt">When the run began: everything was stored later.</param>
    public static IReadOnlyList<GrowthSearch> All(DateTimeOffset startedAt)
    {
        var since = Text($"_lastUpdated=ge{startedAt:yyyy-MM-ddTHH:mm:ssZ}");
        return
        [
            new("Patient by id", p => $"Patient/{p.Id}", Scope.OnePatient),
            new("code, newest ten", p => $"Observation?patient={p.Id}&{HeartRate}&_sort=-date&_count=10", Scope.OnePatient),
            new("code and 12 hours, in order of time", p => $"Observation?patient={p.Id}&{HeartRate}&date=ge{Time(p, 12)}&date=lt{Time(p, 24)}&_sort=date&_count=20", Scope.OnePatient),
            new("code and value-quantity", p => $"Observation?patient={p.Id}&{HeartRate}&value-quantity=gt80%7Chttp://unitsofmeasure.org%7C/min&_count=20", Scope.OnePatient),
            new("category", p => $"Observation?patient={p.Id}&category=laboratory&_count=20", Scope.OnePatient),
            new("code, _include=Observation:subject", p => $"Observation?patient={p.Id}&{Creatinine}&_include=Observation:subject&_count=20", Scope.OnePatient),
            new("$lastn of a category", p => $"Observation/$lastn?patient={p.Id}&category=vital-signs", Scope.OnePatient),
            new("$everything, _count=50", p => $"Patient/{p.Id}/$everything?_count=50", Scope.OnePatient),
            new("chained patient.identifier, code", p => $"Observation?patient.identifier={GrowthPatient.IdentifierSystem}%7C{p.Identifier}&{HeartRate}&_count=20", Scope.OnePatient),
            new("_lastUpdated", p => $"Observation?patient={p.Id}&{since}&_count=20", Scope.OnePatient),
            new("Patient by identifier", p => $"Patient?identifier={GrowthPatient.IdentifierSystem}%7C{p.Identifier}", Scope.AllPatients),
            new("code, newest twenty of all", _ => $"Observation?{HeartRate}&_sort=-date&_count=20", Scope.AllPatients),
            new("code on a day, of all", p => $"Observation?{Creatinine}&date={Text($"{p.AdmittedAt:yyyy-MM-dd}")}&_count=20", Scope.AllPatients),
            new("code and a rare value, of all", _ => $"Observation?{Creatinine}&value-quantity=gt4%7Chttp://unitsofmeasure.org%7Cmg/dL&_count=20", Scope.AllPatients),
            new("_lastUpdated, of all", _ => $"Observation?{since}&_count=20", Scope.AllPatients),
            new("Patient by gender", _ => "Patient?gender=female&_count=20", Scope.AllPatients),
        ];
    }

    private static string Time(GrowthPatient patient, int hours) => Text($"{patient.AdmittedAt.AddHours(hours):yyyy-MM-ddTHH:mm:ssZ}");
}
