using System.Globalization;
using System.Text.Json;
using DatacenterOst.Specs.Running;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DatacenterOst.Specs.Pages;

/// <summary>The start page in a real browser, over the real server.</summary>
public sealed class When_a_doctor_opens_the_page
{
    private const string Evil = "<img src=x onerror=alert(1)> [x](javascript:alert(2))";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task the_patient_is_chosen_and_the_card_is_there_in_both_languages()
    {
        await using var browser = await Browser.Open();
        await using var ost = await RunningServer.Start(null, Token);
        await Receive(ost, "Holm");
        var (page, complaints) = await browser.NewPage(ost.Address);
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Button, new() { Name = "Anna Holm" }).ClickAsync();

        var card = page.Locator("article.card");
        await Expect(card).ToHaveCountAsync(1);
        await Expect(card.Locator("h3")).ToContainTextAsync("AKI stadium 1: kreatinin 131");
        await Expect(card.Locator("table tr").First).ToBeVisibleAsync();
        await Expect(card.Locator("td").Filter(new() { HasText = "131 µmol/L" }).First).ToBeVisibleAsync();
        await Expect(card.Locator("footer")).ToContainTextAsync("KDIGO");
        await Expect(page.Locator("#chart h2")).ToHaveTextAsync("Anna Holm");

        await page.Locator("#language").SelectOptionAsync("en");
        await Expect(card.Locator("h3")).ToContainTextAsync("AKI stage 1: creatinine 131");
        await Expect(card.GetByText("Next step:")).ToBeVisibleAsync();
        await page.ScreenshotAsync(new() { Path = Picture("start-page.png"), FullPage = true });
        Assert.True(new FileInfo(Picture("start-page.png")).Length > 10_000);
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task a_name_that_is_markup_stays_text()
    {
        await using var browser = await Browser.Open();
        await using var ost = await RunningServer.Start(null, Token);
        await Receive(ost, Evil);
        var (page, complaints) = await browser.NewPage(ost.Address);
        await page.GotoAsync("/");
        var button = page.Locator("#patients button");
        await Expect(button).ToContainTextAsync(Evil);
        await button.ClickAsync();
        await Expect(page.Locator("#chart h2")).ToContainTextAsync(Evil);
        await Expect(page.Locator("article.card")).ToHaveCountAsync(1);
        Assert.Equal(0, await page.Locator("img").CountAsync());
        Assert.Equal(0, await page.Locator("a[href^='javascript']").CountAsync());
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task an_answer_that_comes_late_never_stands_under_another_patients_name()
    {
        await using var browser = await Browser.Open();
        await using var ost = await RunningServer.Start(null, Token);
        await Receive(ost, "Holm");
        await ost.Receive("fhir", """{"resourceType":"Patient","id":"bent","name":[{"family":"Lund","given":["Bent"]}]}""" + "\n", Token);
        var (page, complaints) = await browser.NewPage(ost.Address);
        var late = new TaskCompletionSource();
        await page.RouteAsync("**/cds-services/kdigo-aki", async route =>
        {
            if (route.Request.PostData!.Contains("anna", StringComparison.Ordinal))
                await late.Task;
            await route.ContinueAsync();
        });
        await page.GotoAsync("/");
        var asked = page.WaitForRequestAsync("**/cds-services/kdigo-aki");
        await page.GetByRole(AriaRole.Button, new() { Name = "Anna Holm" }).ClickAsync();
        await asked;
        await page.GetByRole(AriaRole.Button, new() { Name = "Bent Lund" }).ClickAsync();
        // One more where a service was not ready in time.
        await Expect(page.Locator("#cards .silent").Nth(2)).ToBeVisibleAsync();
        var answered = page.WaitForResponseAsync(response => response.Url.EndsWith("kdigo-aki", StringComparison.Ordinal));
        late.SetResult();
        await (await answered).FinishedAsync();
        await page.EvaluateAsync("() => new Promise(done => setTimeout(done, 200))");
        await Expect(page.Locator("#chart h2")).ToHaveTextAsync("Bent Lund");
        await Expect(page.Locator("article.card")).ToHaveCountAsync(0);
        Assert.Empty(complaints);
    }

    /// <summary>A patient whose creatinine rose by 30 µmol/L in two days, seen now.</summary>
    private static async Task Receive(RunningServer ost, string family)
    {
        var now = TimeProvider.System.GetUtcNow();
        var patient = JsonSerializer.Serialize(new { resourceType = "Patient", id = "anna", name = new[] { new { family, given = new[] { "Anna" } } }, birthDate = "1968-04-14" });
        await ost.Receive("fhir", $"{patient}\n{Creatinine("a", 101, now.AddHours(-40))}\n{Creatinine("b", 131, now.AddHours(-2))}\n", Token);
    }

    private static string Creatinine(string id, int value, DateTimeOffset at) => JsonSerializer.Serialize(new
    {
        resourceType = "Observation",
        id,
        status = "final",
        code = new { coding = new[] { new { system = "http://loinc.org", code = "14682-9" } } },
        subject = new { reference = "Patient/anna" },
        effectiveDateTime = at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        valueQuantity = new { value, unit = "umol/L", system = "http://unitsofmeasure.org", code = "umol/L" },
    });

    private static string Picture(string name) => Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts")).FullName, name);
}
