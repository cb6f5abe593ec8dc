using System.Text;
using System.Text.Json;

namespace DatacenterOst.UnitTests.Cards;

public sealed class When_the_product_is_shipped
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void every_service_loads()
    {
        Assert.Empty(Product.Services.Refused.SelectMany(refused => refused.Reasons.Select(reason => $"{refused.Folder}: {reason}")));
        Assert.Equal(["aki-nephrotoxic-order", "cmv-surveillance", "icu-mortality", "kdigo-aki", "news2"], Product.Services.All.Select(service => service.Id));
    }

    [Fact]
    public void discovery_is_as_it_was_approved() =>
        Folders.Approve("discovery.json", JsonSerializer.Serialize(JsonDocument.Parse(Product.Services.Discovery).RootElement, Readable) + "\n");

    [Fact]
    public void K10_topic_codes_are_fit_for_every_ehr()
    {
        foreach (var service in Product.Services.All) Assert.Matches("^[A-Za-z0-9]{1,100}$", service.Source.Topic!.Code.Value);
    }

    /// <summary>A code that the store would understand and the prefetch does not ask for makes two cards out of one patient.</summary>
    [Theory]
    [InlineData("aki-nephrotoxic-order", "creatinine")]
    [InlineData("kdigo-aki", "creatinine")]
    [InlineData("news2", "respiratory-rate,spo2,oxygen-flow,systolic-blood-pressure,heart-rate,consciousness,temperature")]
    [InlineData("cmv-surveillance", "cmv-pcr,cmv-igg,cmv-igg-donor")]
    public void prefetch_asks_for_every_code_of_the_concepts_that_the_model_reads(string id, string concepts)
    {
        var queries = string.Join(' ', Product.Services.Get(id).Prefetch.Select(template => template.Query));
        foreach (var key in concepts.Split(','))
        {
            var entry = Product.Terminology.FindByKey(key)!;
            foreach (var code in entry.Members.Prepend(entry.Concept.Code)) Assert.Contains($"{code.System}|{code.Value}", queries, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void discovery_stays_readable_bytes() => Assert.Contains("NEWS2", Encoding.UTF8.GetString(Product.Services.Discovery.Span), StringComparison.Ordinal);
}
