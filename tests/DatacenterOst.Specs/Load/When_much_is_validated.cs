using System.Globalization;
using System.Text;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Load;

/// <summary>Validation gives back the memory that it took, whatever callers name: profiles, extensions, systems and value sets that nobody knows.</summary>
public sealed class When_much_is_validated
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task addresses_that_nobody_knows_are_not_kept()
    {
        using var folder = new TemporaryFolder();
        await using var ost = await ServeProcess.Start(Dost.OnSqlite(folder.Path), ServeProcess.FreePort(), ServeProcess.FreePort(), Token);
        await Validate(ost, 1_000);
        var before = ost.Memory;
        await Validate(ost, 4_000);
        var kept = ost.Memory - before;
        // Each resource names 22 addresses of 4 KB in memory: 350 MB have gone through.
        Assert.True(kept < 90_000_000, string.Create(CultureInfo.InvariantCulture, $"{kept} bytes more are held"));
    }

    private static async Task Validate(ServeProcess ost, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var url = $"http://example.org/{Guid.NewGuid():N}/{new string('x', 2_000)}";
            var codings = string.Join(',', Enumerable.Range(0, 10).Select(at => $$"""{"system":"{{url}}{{at}}","code":"a"}"""));
            var extensions = string.Join(',', Enumerable.Range(0, 10).Select(at => $$"""{"url":"{{url}}e{{at}}","valueString":"x"}"""));
            using var body = new StringContent($$$"""
                {"resourceType":"Observation","meta":{"profile":["{{{url}}}p"]},"extension":[{{{extensions}}}],"status":"final","code":{"coding":[{{{codings}}}]} }
                """, Encoding.UTF8, "application/fhir+json");
            using var answer = await ost.Http.PostAsync($"/fhir/Observation/$validate?profile={url}", body, Token);
            Assert.Equal(200, (int)answer.StatusCode);
        }
    }
}
