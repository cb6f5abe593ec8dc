using System.Net;
using System.Text;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Safety;

/// <summary>Ways in which a card could be about the wrong patient, the wrong value or the wrong time; each was found by hand first.</summary>
public sealed class When_a_mistake_could_hurt
{
    private const string AsOf = "2026-03-01T12:00:00+01:00";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task another_senders_Patient_1_does_not_give_its_results_to_ours()
    {
        await using var ost = await RunningServer.Start(null, Token);
        await ost.Receive("fhir", Person("1", "Holm", "Anna", "1950-01-01", "female") + Creatinine("a1", "1", 70, "2026-02-28T08:00:00Z"), Token);
        var summary = await ost.Receive("fhir", Person("1", "Krogh", "Bo", "1980-02-02", "male") + Creatinine("b1", "1", 400, "2026-03-01T08:00:00Z"), Token);
        Assert.Equal(2, summary.RejectedByReason["patient-mismatch"]);
        Assert.Empty((await ost.Cards("kdigo-aki", "1", AsOf, Token)).EnumerateArray());
    }

    [Fact]
    public async Task two_civil_registration_numbers_under_one_local_number_are_two_persons()
    {
        await using var ost = await RunningServer.Start(null, Token);
        await ost.Receive("oru-r01", Message("1", "777^^^MRN~7404683990^^^CPR", "F1", "F", "70", "20260228090000+0100", "20260228090000+0100"), Token);
        var summary = await ost.Receive("oru-r01", Message("2", "777^^^MRN~6309593991^^^CPR", "F2", "F", "400", "20260301090000+0100", "20260301090000+0100"), Token);
        Assert.Equal(1, summary.RejectedByReason["patient-mismatch"]);
    }

    [Fact]
    public async Task a_v2_correction_is_not_known_before_its_message_was_sent()
    {
        await using var ost = await RunningServer.Start(null, Token);
        await ost.Receive("oru-r01", Message("1", "7404683990^^^CPR", "F1", "F", "96", "20260301090000+0100", "20260301090000+0100"), Token);
        await ost.Receive("oru-r01", Message("2", "7404683990^^^CPR", "F1", "C", "296", "20260301090000+0100", "20260302100000+0100"), Token);
        Assert.Equal(96m, await Newest(ost, "7404683990", "2026-03-01T12:00:00+01:00"));
        Assert.Equal(296m, await Newest(ost, "7404683990", "2026-03-02T12:00:00+01:00"));
    }

    [Fact]
    public async Task another_value_of_a_row_with_the_first_ones_time_is_known_from_its_arrival_on()
    {
        await using var ost = await RunningServer.Start(null, Token);
        const string header = "CPR;Analysekode;Resultat;Enhed;Prøvetid;Svartid;ResultatId\n";
        await ost.Receive("csv-results", header + "7404683990;NPU18016;96;umol/L;2026-03-01 08:00;2026-03-01 09:00;R1\n", Token);
        await ost.Receive("csv-results", header + "7404683990;NPU18016;296;umol/L;2026-03-01 08:00;2026-03-01 09:00;R1\n", Token);
        Assert.Equal(96m, await Newest(ost, "7404683990", "2026-03-01T12:00:00+01:00"));
        Assert.Equal(296m, await Newest(ost, "7404683990", "2100-01-01T00:00:00Z"));
    }

    [Fact]
    public async Task a_correction_that_cannot_be_read_withdraws_the_value_it_corrects()
    {
        await using var ost = await RunningServer.Start(null, Token);
        await ost.Receive("oru-r01", Message("1", "7404683990^^^CPR", "F1", "F", "300", "20260301090000+0100", "20260301090000+0100"), Token);
        await ost.Receive("oru-r01", Message("2", "7404683990^^^CPR", "F1", "C", "Hemolyzed", "20260301090000+0100", "20260301100000+0100"), Token);
        Assert.Null(await Newest(ost, "7404683990", AsOf));
    }

    [Fact]
    public async Task a_stopped_prescription_is_no_treatment()
    {
        await using var ost = await RunningServer.Start(null, Token);
        var infection = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "cds-hooks", "cmv-surveillance", "examples", "infection-on-treatment.request.json"), Token);
        Assert.Contains("\"active\"", infection, StringComparison.Ordinal);
        using var stopped = new StringContent(infection.Replace("\"active\"", "\"stopped\"", StringComparison.Ordinal), Encoding.UTF8, "application/json");
        using var answer = await ost.Http.PostAsync("/cds-services/cmv-surveillance", stopped, Token);
        Assert.DoesNotContain("i behandling", await answer.Content.ReadAsStringAsync(Token), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task a_prefetched_patient_who_is_somebody_else_here_gets_no_card_of_ours()
    {
        await using var ost = await RunningServer.Start(null, Token);
        await ost.Receive("fhir", Person("1", "Holm", "Anna", "1950-01-01", "female") + Creatinine("a1", "1", 70, "2026-02-28T08:00:00Z") + Creatinine("a2", "1", 400, "2026-03-01T08:00:00Z"), Token);
        var prefetch = new { patient = new { resourceType = "Patient", id = "1", gender = "male", birthDate = "1999-01-01", name = new[] { new { family = "Juhl" } } } };
        using var answer = await ost.Call("kdigo-aki", "1", AsOf, prefetch, "en", Token);
        Assert.Equal(HttpStatusCode.PreconditionFailed, answer.StatusCode);
    }

    private static async Task<decimal?> Newest(RunningServer ost, string cpr, string asOf)
    {
        var patient = await ost.Centre.Patients.Find(new Clinical.Identifier(Clinical.CodeSystems.Cpr, cpr), Access.Caller.Loopback, Token);
        var facts = await ost.Centre.Timeline.Read(
            patient!.Value,
            new DatacenterOst.Store.TimelineQuery([], DateTimeOffset.MinValue, DateTimeOffset.MaxValue),
            Clinical.AsOf.KnownBy(DateTimeOffset.Parse(asOf, System.Globalization.CultureInfo.InvariantCulture)),
            Access.Caller.Loopback,
            Token);
        return facts.Count == 0 ? null : facts[^1].Finding.Value;
    }

    private static string Message(string control, string patient, string filler, string status, string value, string reported, string sent)
        => $"MSH|^~\\&|LAB|X|DOST|OST|{sent}||ORU^R01|{control}|P|2.5.1\rPID|1||{patient}\rOBR|1||{filler}|NPU18016^Creatininium;P^NPU|||20260301080000+0100|||||||||||||||{reported}\rOBX|1|NM|NPU18016^Creatininium;P^NPU||{value}|umol/L|||||{status}\r";

    private static string Person(string id, string family, string given, string born, string gender)
        => $$"""{"resourceType":"Patient","id":"{{id}}","name":[{"family":"{{family}}","given":["{{given}}"]}],"birthDate":"{{born}}","gender":"{{gender}}"}""" + "\n";

    private static string Creatinine(string id, string patient, int value, string at)
        => $$$"""{"resourceType":"Observation","id":"{{{id}}}","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"14682-9"}]},"subject":{"reference":"Patient/{{{patient}}}"},"effectiveDateTime":"{{{at}}}","issued":"{{{at}}}","valueQuantity":{"value":{{{value}}},"system":"http://unitsofmeasure.org","code":"umol/L"}}""" + "\n";
}
