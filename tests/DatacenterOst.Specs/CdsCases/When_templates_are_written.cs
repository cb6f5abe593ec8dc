using System.Text.Json;
using DatacenterOst.Cards;
using DatacenterOst.Cards.Ehr;
using DatacenterOst.Clinical;
using DatacenterOst.Specs.Hooks;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.CdsCases;

/// <summary>Prefetch templates: what is refused at load, and what becomes of their tokens; the number of a conformance case stands first.</summary>
public sealed class When_templates_are_written
{
    private static readonly HookDefinition[] PatientView = [DatacenterOst.Cards.Hooks.Find("patient-view")!];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("T09", "Patient/{{context.patientId}}", true)]
    [InlineData("T09", "Encounter?patient={{context.patientId}}&date=ge{{today() - 90 days}}", true)]
    [InlineData("T09", "Practitioner?_id={{%encounter.participant.individual.resolve().ofType(Practitioner).id}}", true)]
    [InlineData("T09", "Patient?_id={{context.patientId|%encounter.subject.resolve().ofType(Patient).id}}", true)]
    [InlineData("T09", "Patient/{{context.patientId.first()}}", false)]
    [InlineData("T09", "Patient/{{%encounter.where(status='finished').id}}", false)]
    [InlineData("T09", "Encounter?date=ge{{now() - 90 days}}", false)]
    [InlineData("T10", "Patient/{{%later.id}}", false)]
    [InlineData("T11", "Practitioner?_id={{%encounter.participant.individual.resolve().ofType(Clinician).id}}", false)]
    [InlineData("T11", "Practitioner?_id={{%encounter.participant.individual.resolve().ofType(DomainResource).id}}", false)]
    public void T09_T10_T11_tokens_of_3_0_are_held_to_what_its_clients_resolve(string rule, string template, bool isRight)
    {
        Assert.NotEmpty(rule);
        if (isRight) TemplatePath.Lint(template, ["encounter"], PatientView);
        else Assert.Throws<Problem>(() => TemplatePath.Lint(template, ["encounter"], PatientView));
    }

    [Fact]
    public async Task T01_T02_T03_T05_T06_T07_T10_every_template_that_we_publish_is_one_that_clients_can_resolve()
    {
        using var content = new ContentFolder(HookCalls.Aki);
        content.Change(HookCalls.Aki, "\n# The model goes on", "\nprefetch3:\n  creatinine: Observation?patient={{%patient.id}}&date=ge{{today() - 30 days}}&_sort=-date\n\n# The model goes on");
        await using var ost = await RunningServer.Start(null, Token, content.Path, ServerStart.For(ClientProfile.Loopback with { Profile = AnswerProfile.Cds3 }));
        var prefetch = (await ost.Get("/cds-services", Token)).GetProperty("services")[0].GetProperty("prefetch");
        Assert.Equal("Observation?patient={{%patient.id}}&date=ge{{today() - 30 days}}&_sort=-date", prefetch.GetProperty("creatinine").GetString());
        var shipped = CdsServices.Load(Path.Combine(Repository.Root, "cds-hooks"), ost.Centre.Models);
        Assert.All(shipped.All, service => Assert.All(service.Prefetch, template => PrefetchTemplate.Lint(template.Key, template.Query, service.Hooks)));
    }

    [Fact]
    public void T13_a_template_whose_token_has_no_value_is_dropped()
    {
        var context = Context("""{"userId":"Practitioner/p1","patientId":"1"}""");
        Assert.Null(TemplateResolving.Resolve("Encounter/{{context.encounterId}}", context, default));
        Assert.Null(TemplateResolving.Resolve("Patient/{{userPatientId}}", context, default));
        Assert.Null(TemplateResolving.Resolve("Patient/{{%patient.id}}", context, default));
        Assert.Equal("Practitioner/p1", TemplateResolving.Resolve("Practitioner/{{userPractitionerId}}", context, default));
    }

    [Fact]
    public void T14_a_value_is_encoded_once()
    {
        var context = Context("""{"userId":"Practitioner/p1","patientId":"1","note":"a&b#c,d|e f æ%20"}""");
        Assert.Equal("X?y=a%26b%23c%2Cd%7Ce%20f%20%C3%A6%2520", TemplateResolving.Resolve("X?y={{context.note}}", context, default));
    }

    [Theory]
    [InlineData("{{today()}}", "2024-09-13")]
    [InlineData("{{today() - 90 days}}", "2024-06-15")]
    [InlineData("{{today() + 2 weeks}}", "2024-09-27")]
    [InlineData("{{today() - 7 months}}", "2024-02-13")]
    [InlineData("{{today() - 1 year}}", "2023-09-13")]
    public void T15_days_are_reckoned_as_the_standard_does(string template, string day) =>
        Assert.Equal("Encounter?date=ge" + day, TemplateResolving.Resolve("Encounter?date=ge" + template, Context("""{"userId":"Practitioner/p1","patientId":"1"}"""), new DateOnly(2024, 9, 13)));

    private static HookContext Context(string json)
    {
        var fields = JsonDocument.Parse(json).RootElement;
        return new HookContext(fields.GetProperty("patientId").GetString(), fields.GetProperty("userId").GetString(), null, fields);
    }
}
