using System.Text;
using DatacenterOst.Access;
using DatacenterOst.Access.Clients;
using DatacenterOst.Cards;
using DatacenterOst.Server.Clients;

namespace DatacenterOst.UnitTests.Access;

/// <summary>Registrations as people write them.</summary>
public sealed class When_a_registration_is_read
{
    [Fact]
    public void the_example_of_the_readme_holds()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root(), "README.md"));
        var begin = readme.IndexOf("```yaml\nid: western", StringComparison.Ordinal) + "```yaml\n".Length;
        var yaml = readme[begin..readme.IndexOf("```", begin, StringComparison.Ordinal)];
        var client = Read("western", yaml, out var reasons);
        Assert.Empty(reasons);
        Assert.Equal("https://fhir-ehr.example.org/", client!.Issuer);
        Assert.Equal(new ClientRate(50, 100), client.Rate);
        Assert.Equal(HooksProfile.V2, client.Profile);
        Assert.True(client.UsesOwnStore && client.IsLenient && client.MayCall("kdigo-aki") && !client.MayCall("news2"));
        var profile = new ClientCall(Caller.Of(client), RequestRules.Strict, null).ProfileFor(ClientProfile.Loopback);
        Assert.True(profile.IsRegistered && profile.UsesOwnStore && profile.Language == Language.Danish && profile.Profile == AnswerProfile.Cds2);
        Assert.True(profile.MayFetchFrom(new Uri("https://fhir.example.org/r4")));
        Assert.False(profile.MayFetchFrom(new Uri("https://fhir.example.org.evil.example.org/r4")));
        Assert.False(profile.MayFetchFrom(new Uri("https://fhir.example.org:8443/r4")));
        Assert.False(profile.MayFetchFrom(new Uri("http://fhir.example.org/r4")));
    }

    [Fact]
    public void what_it_says_is_the_same_after_it_was_kept()
    {
        var document = ClientDocument.Read("""{"id":"x","name":"Ærø","issuer":"i","jku":["https://x/jwks"],"rate":{"perSecond":1,"burst":2},"language":"da"}"""u8, []);
        var kept = ClientDocument.Read(document!.Write(), []);
        Assert.Equal(Encoding.UTF8.GetString(document.Write()), Encoding.UTF8.GetString(kept!.Write()));
        Assert.Equal("Ærø", kept.Check([])!.Name);
    }

    [Theory]
    [InlineData("id: other\nname: x\nissuer: x\njku: [https://x/]", "'id' must be the name of its file")]
    [InlineData("id: [western]", "'id' has a value of another kind")]
    [InlineData("id: western\nid: western", "line")]
    [InlineData("- id: western", "keys at the top")]
    [InlineData("id: &a western\nname: *a", "alias")]
    [InlineData("a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: 1}}}}}}}}}}}}}}}}", "nested deeper")]
    [InlineData("", "keys at the top")]
    [InlineData("id: western\nusesOwnStore: perhaps", "'usesOwnStore' has a value of another kind")]
    public void what_is_wrong_is_said(string yaml, string reason)
    {
        Assert.Null(Read("western", yaml, out var reasons));
        Assert.Contains(reasons, said => said.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public void a_rate_lets_a_burst_through_and_then_so_many_a_second()
    {
        var clock = new Clock();
        var pace = new CallPace(clock);
        var client = Read("western", "id: western\nname: x\nissuer: x\njku: [https://x/]\nrate: {perSecond: 10, burst: 3}", out _)!;
        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => pace.Take(client)));
        clock.Milliseconds += 250;
        Assert.Equal(2, Enumerable.Range(0, 10).Count(_ => pace.Take(client)));
        clock.Milliseconds += 60_000;
        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => pace.Take(client)));
    }

    private static CdsClient? Read(string id, string yaml, out List<string> reasons)
    {
        var folder = Directory.CreateTempSubdirectory("dost-unit-").FullName;
        try
        {
            var file = Path.Combine(folder, id + ".yaml");
            File.WriteAllText(file, yaml, Encoding.UTF8);
            return ClientFiles.Read(file, reasons = []);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class Clock : TimeProvider
    {
        public long Milliseconds { get; set; }

        public override long TimestampFrequency => 1_000;

        public override long GetTimestamp() => Milliseconds;
    }
}
