using DatacenterOst.Clinical;
using DatacenterOst.Server.Fhir;
using DatacenterOst.Store;
using Microsoft.AspNetCore.Http;

namespace DatacenterOst.UnitTests.Server;

/// <summary>Accept, _format, Content-Type, Prefer, ETags (FHIR R4 http.html).</summary>
public sealed class When_a_client_says_what_it_takes
{
    [Theory]
    [InlineData("", "", false)]
    [InlineData("*/*", "", false)]
    [InlineData("application/fhir+json", "", false)]
    [InlineData("application/json+fhir", "", false)]
    [InlineData("application/fhir+xml", "", true)]
    [InlineData("text/xml", "", true)]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "", false)]
    [InlineData("application/fhir+json;q=0.1, application/fhir+xml", "", true)]
    [InlineData("application/fhir+json; fhirVersion=4.0", "", false)]
    [InlineData("application/fhir+xml", "?_format=json", false)]
    [InlineData("application/fhir+json", "?_format=application/fhir+xml", true)]
    [InlineData("text/turtle", "?_format=xml", true)]
    public void the_answer_is_in_the_form_that_was_asked_for(string accept, string query, bool isXml)
        => Assert.Equal(isXml, MediaTypes.Negotiate(Request(accept, query)).IsXml);

    [Theory]
    [InlineData("text/turtle", "")]
    [InlineData("application/fhir+json; fhirVersion=5.0", "")]
    [InlineData("application/fhir+json;q=0", "")]
    [InlineData("", "?_format=ttl")]
    public void another_form_is_refused(string accept, string query)
        => Assert.Equal(ProblemKind.NotAcceptable, Assert.Throws<Problem>(() => MediaTypes.Negotiate(Request(accept, query))).Kind);

    [Theory]
    [InlineData(null, BodyKind.Json)]
    [InlineData("application/fhir+json; charset=utf-8", BodyKind.Json)]
    [InlineData("text/json", BodyKind.Json)]
    [InlineData("application/xml+fhir", BodyKind.Xml)]
    [InlineData("application/json-patch+json", BodyKind.JsonPatch)]
    [InlineData("application/x-www-form-urlencoded", BodyKind.Form)]
    [InlineData("text/plain", BodyKind.Other)]
    [InlineData("json", BodyKind.Other)]
    [InlineData("application/fhir+json; fhirVersion=3.0", BodyKind.Other)]
    public void a_body_is_what_its_type_says(string? contentType, BodyKind kind) => Assert.Equal(kind, MediaTypes.KindOf(contentType));

    [Fact]
    public void preferences_are_read_and_unknown_ones_passed_over()
    {
        Assert.Equal(new Preference(ReturnPreference.Minimal, true), Preference.Parse("respond-async, return=minimal; handling=strict"));
        Assert.Equal(new Preference(ReturnPreference.Outcome, false), Preference.Parse("return=OperationOutcome"));
        Assert.Equal(Preference.None, Preference.Parse("handling=lenient"));
    }

    [Theory]
    [InlineData("W/\"3\"", null, true)]
    [InlineData("\"1\", W/\"3\"", null, true)]
    [InlineData("*", null, true)]
    [InlineData("W/\"2\"", null, false)]
    [InlineData("W/\"2\"", "Sun, 01 Mar 2026 09:00:00 GMT", false)]
    [InlineData(null, "Sun, 01 Mar 2026 08:00:00 GMT", true)]
    [InlineData(null, "Sun, 01 Mar 2026 07:59:59 GMT", false)]
    [InlineData(null, "yesterday", false)]
    public void what_a_client_has_already_is_not_sent_again(string? ifNoneMatch, string? ifModifiedSince, bool isKnown)
    {
        var stored = new StoredResource("Patient", "a", 3, new DateTimeOffset(2026, 3, 1, 8, 0, 0, 700, TimeSpan.Zero), new PatientId(1), default);
        var request = new FhirRequest { Method = "GET", Base = "", IfNoneMatch = ifNoneMatch, IfModifiedSince = ifModifiedSince };
        Assert.Equal(isKnown, ETags.IsKnown(request, stored));
    }

    [Theory]
    [InlineData("W/\"3\"", 3)]
    [InlineData("\"3\"", 3)]
    [InlineData("3", 3)]
    [InlineData("", null)]
    public void if_match_names_a_version(string header, int? version) => Assert.Equal(version, ETags.Version(header));

    [Fact]
    public void if_match_that_names_none_is_refused() => Assert.Equal("If-Match", Assert.Throws<Problem>(() => ETags.Version("W/\"x\"")).Where);

    private static HttpRequest Request(string accept, string query)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Accept = accept;
        request.QueryString = new QueryString(query);
        return request;
    }
}
