using System.Text.Json;
using DatacenterOst.Cards;

namespace DatacenterOst.Specs.Hooks;

/// <summary>What the standard and our own rules ask of every answer, by the product's own checker; gives the faults.</summary>
public static class CardRules
{
    public static IReadOnlyList<string> Faults(JsonElement answer, ClientProfile? client = null) => CdsAnswerCheck.Faults(answer, client);

    /// <summary>No null, "", [] or {} anywhere, except <c>cards: []</c> and <c>services: []</c>.</summary>
    public static void NothingEmpty(JsonElement value, string where, List<string> faults) => CdsAnswerCheck.Emptiness(value, where, faults);
}
