using System.Net;
using System.Security.Cryptography;
using DatacenterOst.Access.Clients;
using DatacenterOst.Clinical;
using DatacenterOst.Server;
using DatacenterOst.Server.Clients;
using Microsoft.AspNetCore.Http;
using X509 = System.Security.Cryptography.X509Certificates.X509Certificate2;

namespace DatacenterOst.Specs.ClientTrust;

/// <summary>A server that is reached over the network: the CDS service for who has a token, over https; nothing else for anybody.</summary>
public sealed class When_others_than_this_machine_call
{
    private const string Public = $"https://{TlsServer.Host}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task X07_beyond_loopback_only_the_CDS_service_answers_and_only_with_a_token()
    {
        await using var server = await BeyondLoopback();
        using var ehr = new Ehr("western");
        using var http = server.Client();
        string[] closed =
        [
            "/", "/index.html", "/page.js", "/swagger/index.html", "/openapi/v1.json", "/fhir/metadata", "/fhir/Patient", "/fhir/Patient/1", "/api/models", "/api/cds-clients",
            "/health/live", "/health/ready", "/nowhere", "/cds-services-x", "/fhir/../cds-servicesx",
        ];
        foreach (var path in closed)
            Assert.Equal(HttpStatusCode.Forbidden, await Status(http, HttpMethod.Get, path));
        Assert.Equal(HttpStatusCode.Forbidden, await Status(http, HttpMethod.Post, "/fhir/Patient"));
        Assert.Equal(HttpStatusCode.Forbidden, await Status(http, HttpMethod.Put, "/api/cds-clients/x"));
        Assert.Equal(HttpStatusCode.Forbidden, await Status(http, HttpMethod.Options, "/fhir/Patient"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(http, HttpMethod.Get, "/cds-services"));
    }

    [Fact]
    public async Task X07_with_a_token_it_answers_and_says_https_only_from_now_on()
    {
        using var ehr = new Ehr("western");
        await using var server = await BeyondLoopback(ehr);
        using var http = server.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/cds-services");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + ehr.Token(Public + "/cds-services"));
        using var answer = await http.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("max-age=31536000", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }

    /// <summary>A token that names the address on this machine is for another address than the public one.</summary>
    [Fact]
    public async Task J06_behind_its_public_address_no_other_one_is_its_own()
    {
        using var ehr = new Ehr("western");
        await using var server = await TlsServer.Start(IPAddress.Loopback, ehr, "", Token);
        using var http = server.Client();
        foreach (var (audience, status) in ((string, HttpStatusCode)[])
        [
            (server.Running.Address + "/cds-services", HttpStatusCode.Unauthorized), ($"http://{TlsServer.Host}/cds-services", HttpStatusCode.Unauthorized),
            ($"https://{TlsServer.Host}:443/cds-services", HttpStatusCode.Unauthorized), (Public + "/cds-services", HttpStatusCode.OK),
        ])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/cds-services");
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + ehr.Token(audience));
            using var answer = await http.SendAsync(request, Token);
            Assert.Equal(status, answer.StatusCode);
        }
    }

    [Fact]
    public async Task a_name_that_is_not_the_servers_own_is_not_answered()
    {
        using var ehr = new Ehr("western");
        await using var server = await TlsServer.Start(IPAddress.Loopback, ehr, "", Token);
        using var http = server.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/cds-services") { Headers = { Host = "rebound.example.net" } };
        using var answer = await http.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("http://0.0.0.0:5080", "https://cds.example.org", true, "--urls")]
    [InlineData("https://0.0.0.0:5443;http://192.0.2.1:80", "https://cds.example.org", true, "--urls")]
    [InlineData("https://0.0.0.0:5443", null, true, "Cds__PublicUrl")]
    [InlineData("https://0.0.0.0:5443", "http://127.0.0.1:5080", true, "Cds__PublicUrl")]
    [InlineData("https://0.0.0.0:5443", "https://cds.example.org", false, "--urls")]
    [InlineData("http://127.0.0.1:5080", "http://cds.example.org", true, "Cds__PublicUrl")]
    [InlineData("http://127.0.0.1:5080", "cds.example.org", true, "Cds__PublicUrl")]
    public void X07_it_does_not_start_where_it_would_be_open_or_unencrypted(string urls, string? publicUrl, bool registered, string where)
    {
        using var ehr = new Ehr("western");
        var clients = registered ? CdsClients.Of([new RegisteredClient(Client(ehr), null)], []) : CdsClients.None;
        var problem = Assert.Throws<Problem>(() => Reach.Of(new Settings { PublicUrl = publicUrl }, urls, clients));
        Assert.Equal(where, problem.Where);
    }

    [Theory, InlineData("/cds-services"), InlineData("/cds-services/kdigo-aki"), InlineData("/fhir/Patient"), InlineData("/")]
    public async Task X07_should_plain_http_come_from_elsewhere_all_the_same_it_is_refused(string path)
    {
        await using var ost = await TrustedServer.Start(null, null, Token);
        var guard = (ClientGuard)ost.Running.Services.GetService(typeof(ClientGuard))!;
        var http = new DefaultHttpContext { Request = { Path = path, Scheme = "http", Host = new HostString(TlsServer.Host) } };
        http.Connection.RemoteIpAddress = IPAddress.Parse("198.51.100.7");
        var problem = await Assert.ThrowsAsync<Problem>(() => guard.KeepOthersOut(http, _ => Task.CompletedTask));
        Assert.Equal(ProblemKind.Forbidden, problem.Kind);
        Assert.Contains("https", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void behind_a_public_address_this_machine_has_no_privilege()
        => Assert.Equal("Cds__LoopbackWithoutToken", Assert.Throws<Problem>(
            () => Reach.Of(new Settings { PublicUrl = Public, LoopbackWithoutToken = true }, "http://127.0.0.1:5080", CdsClients.None)).Where);

    [Fact]
    public void R11_the_rules_of_tests_cannot_be_set_where_others_call()
    {
        var problem = Assert.Throws<Problem>(() => Reach.Of(new Settings { PublicUrl = Public, Production = false }, "http://127.0.0.1:5080", CdsClients.None));
        Assert.Equal("Cds__Production", problem.Where);
        Assert.True(Reach.Of(new Settings { PublicUrl = Public }, "http://127.0.0.1:5080", CdsClients.None).IsProduction);
        Assert.False(Reach.Of(new Settings(), "http://127.0.0.1:5080", CdsClients.None).IsProduction);
        Assert.True(Reach.Of(new Settings { Production = true }, "http://127.0.0.1:5080", CdsClients.None).IsProduction);
    }

    [Fact]
    public async Task X09_a_client_that_is_registered_with_a_certificate_shows_it_beside_its_token()
    {
        using var ehr = new Ehr("western");
        using var own = TlsServer.Certificate("western");
        using var stranger = TlsServer.Certificate("western");
        using var expired = TlsServer.Certificate("western", days: -1);
        var thumbprints = string.Join(", ", ((X509[])[own, expired]).Select(certificate => Colons(certificate.GetCertHashString(HashAlgorithmName.SHA256))));
        await using var server = await TlsServer.Start(IPAddress.Loopback, ehr, $"certificates: [\"{thumbprints.Replace(", ", "\", \"", StringComparison.Ordinal)}\"]", Token);
        Assert.Equal(HttpStatusCode.OK, await Shown(server, ehr, own));
        Assert.Equal(HttpStatusCode.Unauthorized, await Shown(server, ehr, stranger));
        Assert.Equal(HttpStatusCode.Unauthorized, await Shown(server, ehr, expired));
        Assert.Equal(HttpStatusCode.Unauthorized, await Shown(server, ehr, null));
        using var http = server.Client(own);
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(http, HttpMethod.Get, "/cds-services"));
    }

    [Fact]
    public async Task X09_a_client_without_a_registered_certificate_needs_none()
    {
        using var ehr = new Ehr("western");
        using var any = TlsServer.Certificate("anybody");
        await using var server = await TlsServer.Start(IPAddress.Loopback, ehr, "", Token);
        Assert.Equal(HttpStatusCode.OK, await Shown(server, ehr, null));
        Assert.Equal(HttpStatusCode.OK, await Shown(server, ehr, any));
    }

    private static string Colons(string hex) => string.Join(':', hex.Chunk(2).Select(pair => new string(pair)));

    private static async Task<HttpStatusCode> Shown(TlsServer server, Ehr ehr, X509? certificate)
    {
        using var http = server.Client(certificate);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/cds-services");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + ehr.Token(Public + "/cds-services"));
        using var answer = await http.SendAsync(request, Token);
        return answer.StatusCode;
    }

    private static CdsClient Client(Ehr ehr)
    {
        var reasons = new List<string>();
        return ClientDocument.Read(System.Text.Encoding.UTF8.GetBytes(ehr.Registration().ToJsonString()), reasons)!.Check(reasons)!;
    }

    private static async Task<TlsServer> BeyondLoopback(Ehr? ehr = null)
    {
        Assert.SkipWhen(TlsServer.OwnAddress is null, "this machine has no network address but loopback");
        using var some = new Ehr("western");
        return await TlsServer.Start(TlsServer.OwnAddress!, ehr ?? some, "", Token);
    }

    private static async Task<HttpStatusCode> Status(HttpClient http, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        if (method == HttpMethod.Post || method == HttpMethod.Put)
            request.Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request, Token);
        return answer.StatusCode;
    }
}
