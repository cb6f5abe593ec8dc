using System.Text.Json;

namespace DatacenterOst.Specs.Hooks;

/// <summary>An answer, read once.</summary>
public sealed record HookReply(HttpResponseMessage Http, int Status, string Text)
{
    public static async Task<HookReply> Of(HttpResponseMessage http, CancellationToken cancellationToken)
        => new(http, (int)http.StatusCode, await http.Content.ReadAsStringAsync(cancellationToken));

    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public JsonElement Cards
    {
        get
        {
            Assert.True(Status == 200, ToString());
            return Json.GetProperty("cards");
        }
    }

    /// <summary>H01: whatever is refused is refused in words, as an OperationOutcome, and without a stack trace.</summary>
    public HookReply IsRefused(int status, string says = "")
    {
        Assert.True(Status == status, ToString());
        Assert.Contains(Http.Content.Headers.ContentType!.MediaType, (string[])["application/json", "application/fhir+json"]);
        Assert.Equal("OperationOutcome", Json.GetProperty("resourceType").GetString());
        Assert.NotEmpty(Json.GetProperty("issue")[0].GetProperty("diagnostics").GetString()!);
        Assert.DoesNotContain("   at ", Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", Text, StringComparison.Ordinal);
        Assert.Contains(says, Text, StringComparison.Ordinal);
        return this;
    }

    public override string ToString() => $"{Status} {Text}";
}
