using DatacenterOst.Features;

namespace DatacenterOst.Cards;

/// <summary>Whose having seen a card keeps it silent.</summary>
public enum SilencePer : byte
{
    /// <summary>The same user's; a hook that names no user counts by patient.</summary>
    PatientAndUser = 1,

    /// <summary>Anybody's at the same client.</summary>
    Patient = 2,
}

/// <summary>When a service says nothing of what it said before (service.yaml, <c>silence</c>).</summary>
public sealed record SilenceRules
{
    /// <summary>Longer than a month nothing is the same news.</summary>
    private const int MaxHours = 31 * 24;

    private const int MaxInterruptions = 1_000;

    /// <summary>The key for conclusions that no other key names.</summary>
    private const string Any = "any";

    private static readonly string[] Indicators = ["info", "warning", "critical"];

    public static readonly SilenceRules None = new();

    /// <summary>By conclusion, by indicator, or <c>any</c>: how long the same conclusion is not said again.</summary>
    public IReadOnlyDictionary<string, TimeSpan> Quiet { get; init; } = new Dictionary<string, TimeSpan>();

    /// <summary>How long a card that was overridden with a reason is not said again.</summary>
    public TimeSpan Override { get; init; }

    /// <summary>Warnings and critical cards that one user sees in 24 hours; null for no limit.</summary>
    public int? MaxInterruptivePerUserPerDay { get; init; }

    public SilencePer Per { get; init; } = SilencePer.PatientAndUser;

    public bool IsNone => Quiet.Count == 0 && Override == TimeSpan.Zero && MaxInterruptivePerUserPerDay is null;

    /// <summary>As far back as an earlier answer can matter.</summary>
    public TimeSpan Longest => Quiet.Values.Append(Override).Max();

    public TimeSpan QuietOf(Card card) =>
        Quiet.TryGetValue(card.Conclusion, out var own) ? own
        : Quiet.TryGetValue(Indicators[(int)card.Indicator - 1], out var ofIndicator) ? ofIndicator
        : Quiet.GetValueOrDefault(Any);

    /// <param name="conclusions">Those that the service has cards for.</param>
    internal static SilenceRules Read(YamlMap? yaml, IEnumerable<string> conclusions)
    {
        if (yaml is null) return None;
        var quiet = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        if (yaml.Map("quietHours") is { } hours)
        {
            string[] known = [.. conclusions, .. Indicators, Any];
            foreach (var name in hours.Keys())
            {
                if (!known.Contains(name)) hours.Report(name, $"is neither a conclusion with a card nor an indicator; known here: {string.Join(", ", known)}");
                quiet[name] = TimeSpan.FromHours(hours.Whole(name, 0, MaxHours) ?? 0);
            }
        }

        return new SilenceRules
        {
            Quiet = quiet,
            Override = TimeSpan.FromHours(yaml.Whole("overrideHours", 0, MaxHours) ?? 0),
            MaxInterruptivePerUserPerDay = yaml.Whole("maxInterruptivePerUserPerDay", 0, MaxInterruptions),
            Per = yaml.Choice<SilencePer>("per") ?? SilencePer.PatientAndUser,
        };
    }
}
