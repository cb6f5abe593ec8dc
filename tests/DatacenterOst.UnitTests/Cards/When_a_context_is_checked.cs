using DatacenterOst.Cards;
using DatacenterOst.Clinical;

namespace DatacenterOst.UnitTests.Cards;

public sealed class When_a_context_is_checked
{
    private const string Who = "\"userId\":\"Practitioner/1\",\"patientId\":\"p1\"";

    private const string Drafts = """ "draftOrders":{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"MedicationRequest","id":"m1","status":"draft"}}]} """;

    [Theory]
    [InlineData("C01", "patient-view", "{\"patientId\":\"p1\"}", "userId")]
    [InlineData("C01", "patient-view", "{\"userId\":\"Practitioner/1\"}", "patientId")]
    [InlineData("C03", "patient-view", "{\"userId\":\"Practitioner\",\"patientId\":\"p1\"}", "userId")]
    [InlineData("C03", "patient-view", "{\"userId\":\"Device/1\",\"patientId\":\"p1\"}", "userId")]
    [InlineData("C05", "order-sign", "{\"userId\":\"Patient/p1\",\"patientId\":\"p1\"}", "userId")]
    [InlineData("C06", "patient-view", "{\"userId\":\"Practitioner/1\",\"patientId\":\"Patient/1\"}", "patientId")]
    [InlineData("C06", "patient-view", "{\"userId\":\"Practitioner/1\",\"patientId\":17}", "patientId")]
    [InlineData("C07", "encounter-start", "{" + Who + "}", "encounterId")]
    [InlineData("C07", "encounter-discharge", "{" + Who + "}", "encounterId")]
    [InlineData("C10", "order-select", "{" + Who + "," + Drafts + ",\"selections\":[\"abc\"]}", "selections")]
    [InlineData("C11", "order-sign", "{" + Who + ",\"draftOrders\":{\"resourceType\":\"MedicationRequest\"}}", "draftOrders")]
    [InlineData("C11", "order-sign", "{" + Who + ",\"draftOrders\":[]}", "draftOrders")]
    [InlineData("C14", "order-dispatch", "{\"patientId\":\"p1\",\"performer\":\"Organization/o1\"}", "dispatchedOrders")]
    [InlineData("C17", "appointment-book", "{" + Who + "}", "appointments")]
    [InlineData("C18", "allergyintolerance-create", "{" + Who + ",\"allergyIntolerance\":{\"resourceType\":\"Bundle\"}}", "allergyIntolerance")]
    [InlineData("C19", "problem-list-item-create", "{" + Who + ",\"conditions\":{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"resourceType\":\"Observation\"}}]}}", "conditions")]
    [InlineData("C21", "medication-verify", "{" + Who + ",\"medication\":{\"resourceType\":\"Bundle\"}}", "medication")]
    [InlineData("", "medication-refill", "{\"patientId\":\"p1\"}", "medications")]
    public void a_wrong_context_is_refused_by_field(string caseId, string hook, string context, string field)
    {
        var problem = Assert.Throws<Problem>(() => Requests.Parse(Requests.For(hook, context)));
        Assert.True((ProblemKind.Invalid, $"context.{field}") == (problem.Kind, problem.Where), $"{caseId}: {problem.Where}");
    }

    [Theory]
    [InlineData("C02", "patient-view", "{" + Who + "}")]
    [InlineData("", "patient-view", "{\"userId\":\"RelatedPerson/r1\",\"patientId\":\"p1\"}")]
    [InlineData("C13", "order-sign", "{" + Who + ",\"draftOrders\":{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"resourceType\":\"MedicationRequest\",\"id\":\"m1\",\"status\":\"active\"}}]}}")]
    [InlineData("", "order-select", "{" + Who + "," + Drafts + ",\"selections\":[\"MedicationRequest/m1\"]}")]
    [InlineData("C14", "order-dispatch", "{\"patientId\":\"p1\",\"dispatchedOrders\":[\"ServiceRequest/1\"],\"performer\":\"Organization/o1\",\"fulfillmentTasks\":[{\"resourceType\":\"Task\"}]}")]
    [InlineData("", "encounter-start", "{" + Who + ",\"encounterId\":\"e1\"}")]
    [InlineData("C17", "appointment-book", "{" + Who + ",\"appointments\":{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"resourceType\":\"Appointment\",\"status\":\"proposed\"}}]}}")]
    [InlineData("C18", "allergyintolerance-create", "{" + Who + ",\"allergyIntolerance\":{\"resourceType\":\"AllergyIntolerance\"}}")]
    [InlineData("C19", "problem-list-item-create", "{" + Who + ",\"conditions\":{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"resourceType\":\"Condition\"}}]}}")]
    [InlineData("C21", "medication-verify", "{" + Who + ",\"medication\":{\"resourceType\":\"MedicationRequest\",\"status\":\"active\"}}")]
    [InlineData("", "medication-refill", "{\"patientId\":\"p1\",\"medications\":{\"resourceType\":\"Bundle\"}}")]
    [InlineData("C22", "dk.ost.obs-recorded", "{\"patientId\":\"p1\",\"observation\":{}}")]
    public void a_right_context_is_read_without_a_note(string caseId, string hook, string context)
    {
        var request = Requests.Parse(Requests.For(hook, context));
        Assert.True(request.Context.PatientId == "p1", caseId);
        Assert.Empty(request.Notes);
    }

    [Theory]
    [InlineData("order-dispatch", "{\"patientId\":\"p1\",\"dispatched-orders\":[\"ServiceRequest/1\"],\"performer\":\"Organization/o1\"}")]
    [InlineData("appointment-book", "{" + Who + ",\"appointments\":[{\"resourceType\":\"Appointment\",\"status\":\"proposed\"}]}")]
    [InlineData("allergyintolerance-create", "{" + Who + ",\"allergyIntolerance\":{\"resource\":{\"resourceType\":\"AllergyIntolerance\"}}}")]
    [InlineData("medication-verify", "{" + Who + ",\"order\":{\"resource\":{\"resourceType\":\"MedicationRequest\"}}}")]
    [InlineData("order-dispatch", "{\"patientId\":\"p1\",\"order\":\"ServiceRequest/1\",\"performer\":\"Organization/o1\",\"task\":{\"resourceType\":\"Task\"}}")]
    public void C15_what_the_hooks_librarys_own_examples_write_otherwise_is_read_and_noted(string hook, string context) =>
        Assert.NotEmpty(Requests.Parse(Requests.For(hook, context)).Notes);

    [Fact]
    public void C06_a_lenient_client_may_send_a_reference_as_patientId_and_it_is_noted()
    {
        var request = Requests.Parse(
            Requests.For("patient-view", "{\"userId\":\"Practitioner/1\",\"patientId\":\"Patient/p1\"}"), new RequestRules(Strictness.Lenient, Transport.Production));
        Assert.Equal("p1", request.Context.PatientId);
        Assert.Single(request.Notes);
    }

    [Fact]
    public void C09_a_selection_that_is_no_draft_order_is_noted_and_the_call_goes_on()
    {
        var request = Requests.Parse(Requests.For("order-select", "{" + Who + "," + Drafts + ",\"selections\":[\"MedicationRequest/other\"]}"));
        Assert.Single(request.Notes);
    }
}
