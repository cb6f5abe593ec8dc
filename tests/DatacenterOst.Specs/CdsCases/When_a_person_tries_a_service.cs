using DatacenterOst.Specs.Pages;
using DatacenterOst.Specs.Running;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DatacenterOst.Specs.CdsCases;

/// <summary>The tester's page in a real browser: call, card, suggestion, override, feedback; wide and narrow.</summary>
public sealed class When_a_person_tries_a_service
{
    /// <summary>The machine may be busy with other tests.</summary>
    private const float Patience = 30_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1280)]
    [InlineData(400)]
    public async Task a_card_is_seen_a_suggestion_accepted_and_a_card_overridden(int width)
    {
        SetDefaultExpectTimeout(Patience);
        await using var browser = await Browser.Open();
        await using var ost = await RunningServer.Start(null, Token);
        var (page, complaints) = await browser.NewPage(ost.Address);
        await page.SetViewportSizeAsync(width, 900);
        await page.GotoAsync("/cds-hooks/try/");
        await page.GetByLabel("Service and hook").SelectOptionAsync(new SelectOptionValue { Label = "Nephrotoxic drugs in acute kidney injury (order-sign)" });
        await page.GetByLabel("Example of the service").SelectOptionAsync("nsaid-being-signed");
        await page.GetByLabel("Cards in").SelectOptionAsync("en");
        await page.GetByRole(AriaRole.Button, new() { Name = "Call the service" }).ClickAsync();

        var card = page.Locator("article.card");
        await Expect(card).ToHaveCountAsync(1);
        await Expect(card.Locator("h3")).ToContainTextAsync("Acute kidney injury: creatinine 1,040 µmol/L");
        await Expect(card.Locator("table")).ToBeVisibleAsync();
        await Expect(page.Locator("#status")).ToContainTextAsync("1 card(s)");
        await Shoot(page, $"try-card-{width}.png");

        await card.GetByRole(AriaRole.Button, new() { Name = "Remove ibuprofen and order a new creatinine" }).ClickAsync();
        // Feedback is stored by its own endpoint; where that is not there, the page says so.
        await Expect(card.Locator(".told")).ToContainTextAsync("Feedback was");
        await Expect(card.GetByRole(AriaRole.Button, new() { Name = "Remove ibuprofen", Exact = true })).ToBeDisabledAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Call the service" }).ClickAsync();
        await Expect(card.Locator(".told")).ToHaveTextAsync("");
        await card.GetByLabel("Reason").SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await card.GetByLabel("Comment").FillAsync("seen and assessed");
        await card.GetByRole(AriaRole.Button, new() { Name = "Override the card" }).ClickAsync();
        await Expect(card.Locator(".told")).ToContainTextAsync("Feedback was");
        await Shoot(page, $"try-override-{width}.png");
        Assert.True(await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth") <= width, "the page is wider than the screen");
        Assert.DoesNotContain(complaints, complaint => !complaint.Contains("404", StringComparison.Ordinal));
    }

    [Fact]
    public async Task an_order_for_a_patient_of_the_store_is_built_and_markup_in_its_name_stays_text()
    {
        await using var browser = await Browser.Open();
        await using var ost = await RunningServer.Start(null, Token);
        var now = TimeProvider.System.GetUtcNow();
        await ost.Receive("fhir", "{\"resourceType\":\"Patient\",\"id\":\"anna\",\"name\":[{\"family\":\"Holm\"}],\"birthDate\":\"1958-04-02\"}\n"
            + $"{Creatinine("a", 90, now.AddHours(-30))}\n{Creatinine("b", 290, now.AddHours(-2))}\n", Token);
        var (page, complaints) = await browser.NewPage(ost.Address);
        await page.GotoAsync("/cds-hooks/try/");
        await page.GetByLabel("Service and hook").SelectOptionAsync(new SelectOptionValue { Label = "Nephrotoxic drugs in acute kidney injury (order-select)" });
        await page.GetByLabel("Patient of the store").SelectOptionAsync("anna");
        await page.GetByLabel("Name").FillAsync("<img src=x onerror=alert(1)>");
        await page.GetByLabel("ATC code").FillAsync("J01GB03");
        await page.GetByLabel("ATC code").BlurAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Call the service" }).ClickAsync();
        var card = page.Locator("article.card");
        await Expect(card).ToHaveCountAsync(1);
        await Expect(card).ToContainTextAsync("img src=x onerror");
        Assert.Equal(0, await page.Locator("img").CountAsync());
        Assert.Empty(complaints);

        await page.GetByLabel("Request").FillAsync("{ not JSON");
        await page.GetByRole(AriaRole.Button, new() { Name = "Call the service" }).ClickAsync();
        await Expect(page.Locator("#status")).ToContainTextAsync("Not JSON");
    }

    private static string Creatinine(string id, int value, DateTimeOffset at) => System.Text.Json.JsonSerializer.Serialize(new
    {
        resourceType = "Observation",
        id,
        status = "final",
        code = new { coding = new[] { new { system = "http://loinc.org", code = "14682-9" } } },
        subject = new { reference = "Patient/anna" },
        effectiveDateTime = at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
        valueQuantity = new { value, unit = "umol/L", system = "http://unitsofmeasure.org", code = "umol/L" },
    });

    private static async Task Shoot(IPage page, string name)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts")).FullName, name);
        await page.ScreenshotAsync(new() { Path = path, FullPage = true });
        Assert.True(new FileInfo(path).Length > 10_000);
    }
}
