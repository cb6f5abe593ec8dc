using System.Text;
using DatacenterOst.Cards;
using DatacenterOst.Clinical;

namespace DatacenterOst.UnitTests.Cards;

public sealed class When_a_hook_is_called
{
    private static readonly RequestRules Lenient = new(Strictness.Lenient, Transport.Production);

    [Fact]
    public void R01_the_standards_own_patient_view_example_is_read()
    {
        var request = Requests.Parse(Requests.With("fhirAuthorization", Requests.Token));

        Assert.Equal("patient-view", request.Hook);
        Assert.Equal(("1288992", "Practitioner/example", "89284"), (request.Context.PatientId, request.Context.UserId, request.Context.EncounterId));
        Assert.Equal(300, request.Authorization!.ExpiresIn);
        Assert.Equal(["patientToGreet"], request.Prefetch.Keys);
        Assert.StartsWith("{ \"resourceType\"", Encoding.UTF8.GetString(Requests.Parse(Requests.PatientView).Prefetch["patientToGreet"].Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("hello")]
    [InlineData("{\"hook\":\"patient-view\",}")]
    public void R02_a_body_that_is_not_json_is_refused(string body) => Refused(body, "body");

    [Theory]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("null")]
    [InlineData("7")]
    public void R03_a_body_that_is_not_an_object_is_refused(string body) => Refused(body, "body");

    [Theory]
    [InlineData("hook", null, "hook")]
    [InlineData("hook", "\"\"", "hook")]
    [InlineData("hook", "\"patient-viewed\"", "hook")]
    [InlineData("hookInstance", null, "hookInstance")]           // R06
    [InlineData("hookInstance", "\"abc\"", "hookInstance")]      // R07
    [InlineData("context", null, "context")]                     // R09
    [InlineData("context", "[]", "context")]
    [InlineData("fhirServer", "\"http://ehr.example.org/fhir\"", "fhirServer")] // R11
    [InlineData("fhirServer", "\"ehr/fhir\"", "fhirServer")]
    [InlineData("fhirServer", "\"https://me:secret@ehr.example.org/\"", "fhirServer")]
    [InlineData("prefetch", "[]", "prefetch")]
    [InlineData("extension", "7", "extension")]
    public void a_wrong_member_is_refused_by_name(string member, string? json, string where) => Refused(Requests.With(member, json), where);

    [Fact]
    public void R07_a_lenient_client_may_send_another_hookInstance_and_it_is_noted()
    {
        var request = Requests.Parse(Requests.With("hookInstance", "\"abc\""), Lenient);
        Assert.Equal("abc", request.HookInstance);
        Assert.Single(request.Notes);
    }

    [Fact]
    public void R10_a_token_without_a_server_is_refused() =>
        Refused(Requests.Changed(Requests.With("fhirAuthorization", Requests.Token), "fhirServer", null), "fhirServer");

    [Fact]
    public void R11_a_test_client_may_use_http_on_loopback() =>
        Assert.Equal("127.0.0.1", Requests.Parse(Requests.With("fhirServer", "\"http://127.0.0.1:8080/fhir\""), RequestRules.ForTests).FhirServer!.Host);

    [Theory]
    [InlineData("foo", "{\"bar\":[1,2,3]}")]                                          // R13
    [InlineData("extension", "{\"com.epic.cdshooks.request.bpa-trigger-action\":23}")] // R14, E02
    public void what_is_unknown_is_ignored(string member, string json) => Assert.Null(Requests.Parse(Requests.With(member, json)).AsOf);

    [Fact]
    public void R18_a_body_over_the_limit_is_too_large()
    {
        var problem = Assert.Throws<Problem>(() => HookRequest.Parse(new byte[HookRequest.MaxBytes + 1], RequestRules.Strict));
        Assert.Equal(ProblemKind.TooLarge, problem.Kind);
    }

    [Fact]
    public void R18_ten_megabytes_of_prefetch_are_read()
    {
        var text = new string('x', 10 * 1024 * 1024);
        Assert.Single(Requests.Parse(Requests.With("prefetch/patientToGreet", $$"""{"resourceType":"Basic","id":"{{text}}"}""")).Prefetch);
    }

    [Theory]
    [InlineData("{\"hook\":\"patient-view\",\"hook\":\"order-sign\"}")]
    [InlineData("{\"hook\":\"patient-view\",\"h\\u006fok\":\"order-sign\"}")]
    [InlineData("{\"a\":{\"b\":1,\"c\":[{\"d\":1,\"d\":2}]}}")]
    [InlineData("{\"a\":1e400}")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("{\"\\udc00\":1}")]
    public void R19_json_that_two_readers_could_read_differently_is_refused(string body) => Refused(body, "body");

    [Fact]
    public void R19_a_depth_bomb_is_refused() => Refused(new string('[', 100_000), "body");

    [Fact]
    public void R19_many_keys_in_one_object_are_read_in_linear_time()
    {
        var many = string.Join(',', Enumerable.Range(0, 200_000).Select(i => $"\"k{i}\":{i}"));
        Assert.Single(Requests.Parse(Requests.With("prefetch/patientToGreet", $$"""{"resourceType":"Basic",{{many}}}""")).Prefetch);
        Refused(Requests.PatientView.Replace("\"active\": true", $"{many},\"k7\":1", StringComparison.Ordinal), "body");
    }

    [Fact]
    public void bytes_that_are_not_utf8_are_refused()
    {
        byte[] body = [.. "{\"hook\":\""u8, 0xFF, .. "\"}"u8];
        Assert.Equal("body", Assert.Throws<Problem>(() => HookRequest.Parse(body, RequestRules.Strict)).Where);
    }

    [Theory]
    [InlineData("token_type", "\"mac\"", "fhirAuthorization.token_type")]  // F02
    [InlineData("access_token", null, "fhirAuthorization.access_token")]   // F03
    [InlineData("expires_in", null, "fhirAuthorization.expires_in")]
    [InlineData("scope", null, "fhirAuthorization.scope")]
    [InlineData("subject", null, "fhirAuthorization.subject")]
    [InlineData("expires_in", "\"300\"", "fhirAuthorization.expires_in")]  // F14
    [InlineData("patient", "\"someone-else\"", "fhirAuthorization.patient")] // F07
    public void F03_a_wrong_token_is_refused_by_member(string member, string? json, string where)
    {
        Refused(Requests.With("fhirAuthorization", Requests.Changed(Requests.Token, member, json)), where);
    }

    [Fact]
    public void F14_a_lenient_client_may_send_expires_in_as_text() =>
        Assert.Equal(300, Requests.Parse(Requests.With("fhirAuthorization", Requests.Changed(Requests.Token, "expires_in", "\"300\"")), Lenient).Authorization!.ExpiresIn);

    [Fact]
    public void the_text_forms_of_a_request_show_neither_token_nor_patient()
    {
        var request = Requests.Parse(Requests.With("fhirAuthorization", Requests.Token));
        var texts = $"{request} {request.Authorization} {request.Context}";
        Assert.DoesNotContain("opaque", texts, StringComparison.Ordinal);
        Assert.DoesNotContain("1288992", texts, StringComparison.Ordinal);
    }

    [Fact]
    public void an_as_of_instant_in_the_extension_is_for_replay_and_tests()
    {
        Assert.Equal(
            DateTimeOffset.Parse("2026-03-01T11:00:00Z", System.Globalization.CultureInfo.InvariantCulture),
            Requests.Parse(Requests.With("extension", """{"dk.datacenter-ost.asOf":"2026-03-01T12:00:00+01:00"}""")).AsOf);
        Refused(Requests.With("extension", """{"dk.datacenter-ost.asOf":"2026-03-01"}"""), "extension.dk.datacenter-ost.asOf");
        Refused(Requests.With("extension", """{"dk.datacenter-ost.asOf":"2026-02-30T12:00:00Z"}"""), "extension.dk.datacenter-ost.asOf");
    }

    private static void Refused(string body, string where)
    {
        var problem = Assert.Throws<Problem>(() => Requests.Parse(body));
        Assert.Equal((ProblemKind.Invalid, where), (problem.Kind, problem.Where));
    }
}
