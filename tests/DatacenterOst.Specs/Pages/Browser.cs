using Microsoft.Playwright;

namespace DatacenterOst.Specs.Pages;

/// <summary>A real browser: Debian's Chromium, driven by Playwright's own driver, or a skip with the reason.</summary>
public sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Quietly =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--disable-default-apps", "--no-first-run", "--disable-extensions",
    ];

    private readonly IPlaywright playwright;
    private readonly IBrowser browser;

    private Browser(IPlaywright playwright, IBrowser browser) => (this.playwright, this.browser) = (playwright, browser);

    public static async Task<Browser> Open()
    {
        var chromium = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);
        Assert.SkipWhen(chromium is null, "no Chromium is installed (/usr/bin/chromium)");
        IPlaywright? playwright = null;
        try
        {
            playwright = await Playwright.CreateAsync();
            return new Browser(playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Args = Quietly, Headless = true }));
        }
        catch (PlaywrightException missing) when (playwright is null)
        {
            Assert.Skip("Playwright's driver does not run here: " + missing.Message);
            throw;
        }
    }

    /// <summary>A page; what it complains about, in its console or by an uncaught error, is gathered.</summary>
    public async Task<(IPage Page, List<string> Complaints)> NewPage(string address)
    {
        var page = await browser.NewPageAsync(new() { BaseURL = address, ViewportSize = new() { Width = 1200, Height = 900 } });
        var complaints = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                complaints.Add(message.Text);
        };
        page.PageError += (_, error) => complaints.Add(error);
        page.Dialog += (_, dialog) => complaints.Add("a dialog opened: " + dialog.Message);
        page.RequestFailed += (_, request) => complaints.Add("could not be loaded: " + request.Url);
        return (page, complaints);
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}
