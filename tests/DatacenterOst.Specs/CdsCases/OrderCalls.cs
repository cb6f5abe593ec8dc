using System.Text.Json;
using System.Text.Json.Nodes;
using DatacenterOst.Access;
using DatacenterOst.Cards;
using DatacenterOst.Specs.Hooks;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.CdsCases;

/// <summary>Calls about an order that is being written.</summary>
public static class OrderCalls
{
    public const string Service = "aki-nephrotoxic-order";

    public static JsonObject Example(string name = "nsaid-being-signed") => HookCalls.Example(Service, name);

    public static JsonObject Order(JsonObject request, int at = 0) => request["context"]!["draftOrders"]!["entry"]![at]!["resource"]!.AsObject();

    /// <summary>One run of the model, from which answers for several clients can be written.</summary>
    public static async Task<(CdsService Service, HookAnswer Answer)> Run(RunningServer ost, ClientProfile client, CancellationToken cancellationToken, string name = "nsaid-being-signed")
    {
        var service = ost.Centre.CdsServices.Get(Service);
        var request = HookRequest.Parse(System.Text.Encoding.UTF8.GetBytes(Example(name).ToJsonString()), client.Rules);
        return (service, await ost.Centre.Desk.Answer(service, request, Language.English, client, Caller.Loopback, cancellationToken));
    }

    public static JsonElement Written(HookAnswer answer, CdsService service, ClientProfile client)
    {
        var json = JsonDocument.Parse(CardJson.Write(answer, service, client)).RootElement;
        Assert.Empty(CdsAnswerCheck.Faults(json, client));
        return json;
    }

    public static List<JsonElement> Suggestions(JsonElement answer) => [.. answer.GetProperty("cards")[0].GetProperty("suggestions").EnumerateArray()];

    public static List<JsonElement> Actions(JsonElement suggestion) => [.. suggestion.GetProperty("actions").EnumerateArray()];
}
