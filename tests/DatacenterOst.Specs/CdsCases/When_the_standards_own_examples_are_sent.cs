using System.Text;
using System.Text.Json.Nodes;
using DatacenterOst.Cards;
using DatacenterOst.Clinical;
using DatacenterOst.Specs.Hooks;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.CdsCases;

/// <summary>
/// What the pages of the hooks library print (cds-hooks-library, input/pagecontent, read 2026-11-22), in the parts that matter to a
/// reader: a Bundle without type, dashes in names, orders that are not quite R4, and resources of other versions.
/// </summary>
public sealed class When_the_standards_own_examples_are_sent(RunningHooks hooks) : IClassFixture<RunningHooks>
{
    private const string Orders = """
        {"resourceType":"Bundle","entry":[
          {"resource":{"resourceType":"NutritionOrder","id":"pureeddiet-simple","status":"draft","patient":{"reference":"Patient/1288992"},"dateTime":"2014-09-17"}},
          {"resource":{"resourceType":"MedicationRequest","id":"smart-MedicationRequest-103","status":"draft","intent":"order",
            "medicationCodeableConcept":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"617993"}],"text":"Amoxicillin 120 MG/ML"},
            "subject":{"reference":"Patient/1288992"},"dosageInstruction":[{"text":"5 mL bid x 10 days","doseAndRate":{"doseQuantity":{"value":5,"unit":"mL"}}}]}}]}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("order-select", """ "selections":["NutritionOrder/pureeddiet-simple","MedicationRequest/smart-MedicationRequest-103"], """)]
    [InlineData("order-sign", "")]
    public async Task R01_C11_orders_as_the_library_prints_them_are_answered(string hook, string more)
    {
        var body = $$"""
            {"hook":"{{hook}}","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
             "context":{"userId":"PractitionerRole/123","patientId":"1288992","encounterId":"89284",{{more}}"draftOrders":{{Orders}} },
             "prefetch":{"patient":{"resourceType":"Patient","gender":"male","birthDate":"1925-12-23","id":"1288992","active":true},"creatinine":null} }
            """;
        Assert.Equal("""{"cards":[]}""", (await HookCalls.Post(hooks.Server, OrderCalls.Service, body, Token)).Text);

        // The same with values of an injury and one order more, of a drug that harms kidneys.
        var request = JsonNode.Parse(body)!.AsObject();
        request["prefetch"]!["creatinine"] = JsonNode.Parse(OrderCalls.Example()["prefetch"]!["creatinine"]!.ToJsonString().Replace("aki-1", "1288992", StringComparison.Ordinal));
        request["extension"] = OrderCalls.Example()["extension"]!.DeepClone();
        var nephrotoxic = OrderCalls.Order(OrderCalls.Example()).DeepClone();
        nephrotoxic["subject"]!["reference"] = "Patient/1288992";
        request["context"]!["draftOrders"]!["entry"]!.AsArray().Add(new JsonObject { ["resource"] = nephrotoxic });
        var reply = await HookCalls.Post(hooks.Server, OrderCalls.Service, request.ToJsonString(), Token);
        Assert.Contains("ibuprofen", Assert.Single(reply.Cards.EnumerateArray().ToList()).GetProperty("summary").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Amoxicillin", reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("order-dispatch", """{"patientId":"1288992","dispatched-orders":["ServiceRequest/proc002"],"performer":"Organization/some-performer","fulfillment-tasks":[{"resourceType":"Task","status":"draft","intent":"order","focus":{"reference":"ServiceRequest/proc002"},"for":{"reference":"Patient/1288992"}}]}""")]
    [InlineData("medication-refill", """{"userId":"Practitioner/123","patientId":"1288992","encounterId":"89284","medications":{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"MedicationRequest","id":"smart-MedicationRequest-104","status":"draft","intent":"order","medicationReference":{"reference":"Medication/eFnx9hyX","display":"oxybutynin (DITROPAN XL) CR tablet"},"subject":{"reference":"Patient/1288992"}}}]}}""")]
    [InlineData("encounter-start", """{"userId":"Practitioner/123","patientId":"1288992","encounterId":"456"}""")]
    [InlineData("encounter-discharge", """{"userId":"PractitionerRole/A2340113","patientId":"1288992","encounterId":"456"}""")]
    public void C07_C14_contexts_as_the_library_prints_them_are_read(string hook, string context) =>
        Assert.Equal("1288992", HookRequest.Parse(Body(hook, context), RequestRules.Strict).Context.PatientId);

    [Fact]
    public void C23_the_librarys_example_of_DSTU2_is_refused_in_words()
    {
        var context = """{"userId":"Practitioner/123","patientId":"1288992","medications":{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"MedicationOrder","id":"x","status":"draft","patient":{"reference":"Patient/1288992"}}}]}}""";
        var problem = Assert.Throws<Problem>(() => HookRequest.Parse(Body("medication-refill", context), RequestRules.Strict));
        Assert.Equal((ProblemKind.Invalid, "context.medications"), (problem.Kind, problem.Where));
    }

    private static byte[] Body(string hook, string context) =>
        Encoding.UTF8.GetBytes($$"""{"hook":"{{hook}}","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","context":{{context}}}""");
}
