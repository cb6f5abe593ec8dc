using DatacenterOst.Models;

namespace DatacenterOst.Cards;

/// <summary>What an answer stands in, beside the model's estimate: who, where, which orders, what could not be had, and for whom it is written.</summary>
public sealed record AnswerFrame
{
    public static readonly AnswerFrame None = new();

    public string? PatientId { get; init; }

    public string? EncounterId { get; init; }

    public string? UserId { get; init; }

    public IReadOnlyList<DraftOrder> Orders { get; init; } = [];

    /// <summary>Data that the model can do without and did without.</summary>
    public IReadOnlyList<LocalText> Gaps { get; init; } = [];

    public ClientProfile Client { get; init; } = ClientProfile.Loopback;

    public static AnswerFrame Of(HookRequest request, IReadOnlyList<DraftOrder> orders, ClientProfile client) => new()
    {
        PatientId = request.Context.PatientId,
        EncounterId = request.Context.EncounterId,
        UserId = request.Context.UserId,
        Orders = orders,
        Client = client,
    };

    public override string ToString() => nameof(AnswerFrame);
}
