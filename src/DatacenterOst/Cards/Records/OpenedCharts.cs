using System.Collections.Concurrent;
using DatacenterOst.Features;

namespace DatacenterOst.Cards.Records;

/// <summary>
/// What was answered lately from prefetch alone, so that a chart that is opened again with the same data is answered without
/// evaluating, reading or writing anything: the answer of then stands, kept and counted once. An entry is of one user, patient,
/// service and hook, and other data take its place.
/// </summary>
public sealed class OpenedCharts
{
    /// <summary>As long as nothing can have become too old to count, and a user who looks twice has not forgotten the first time.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Entries, a few kilobytes each.</summary>
    private const int MaxCharts = 10_000;

    private readonly ConcurrentDictionary<ChartKey, OpenedChart> charts = new();

    // At least as many as there are, with those that were remembered twice.
    private int remembered;

    /// <summary>The answer to the same again; null when it must be worked out.</summary>
    public HookAnswer? Find(CdsService service, Asked asked, DateTimeOffset now)
    {
        if (!charts.TryGetValue(ChartKey.Of(service, asked), out var chart) || chart.Content != asked.Content || now >= chart.Until) return null;

        // Services that were loaded again are others, even where they say the same.
        if (!ReferenceEquals(chart.Service, service)) return null;
        return chart.Request == asked.Request ? chart.First : chart.Again;
    }

    /// <param name="answer">As it was kept and is sent.</param>
    public void Remember(CdsService service, Asked asked, HookAnswer answer, DateTimeOffset now)
    {
        var key = ChartKey.Of(service, asked);
        if (!answer.IsFromRequestAlone || Again(service, answer) is not { } again)
        {
            charts.TryRemove(key, out _);
            return;
        }

        // Counted here, since to count the entries of the dictionary all of its locks are taken.
        if (Interlocked.Increment(ref remembered) >= MaxCharts) Forget(now);
        var until = answer.Cards.Select(service.Silence.QuietOf).Where(span => span > TimeSpan.Zero).Append(Longest).Select(span => now + span)
            .Concat(answer.Silences.Select(silence => silence.Until).OfType<DateTimeOffset>()).Min();
        charts[key] = new OpenedChart(service, asked.Content, asked.Request, Light(answer), Light(again), until);
    }

    /// <summary>What the same data would be answered, had they been asked about a moment later; null where that is not so simple.</summary>
    private static HookAnswer? Again(CdsService service, HookAnswer answer)
    {
        // What was held back will be said one day, and an answer from memory must know when.
        var isOfUser = service.Silence.Per == SilencePer.PatientAndUser;
        if (answer.Silences.Any(silence => silence.Reason is SilenceReasons.Overridden or SilenceReasons.OverDay || (silence.Reason == SilenceReasons.Repeated && !(isOfUser && silence.Until is not null)))) return null;
        if (service.Silence.IsNone || answer.Cards.Count == 0) return answer;
        var isQuiet = isOfUser && answer.Cards.All(card => service.Silence.QuietOf(card) > TimeSpan.Zero);
        return isQuiet ? CardWriting.Without(answer, service, [.. answer.Cards.Select(card => new Silence(SilenceReasons.Repeated, card.Conclusion))]) : null;
    }

    // What was seen and made of it is in the record; here only the words are needed.
    private static HookAnswer Light(HookAnswer answer) => answer with
    {
        Inputs = null,
        Beside = null,
        Estimate = answer.Estimate with { Values = new Dictionary<string, FeatureValue>() },
        Bytes = answer.Bytes.ToArray(),
    };

    private void Forget(DateTimeOffset now)
    {
        foreach (var (key, chart) in charts)
        {
            if (now >= chart.Until) charts.TryRemove(key, out _);
        }

        if (charts.Count >= MaxCharts) charts.Clear();
        Volatile.Write(ref remembered, charts.Count);
    }

    private readonly record struct ChartKey(string Service, string Client, string Hook, string? Patient, string? User)
    {
        public static ChartKey Of(CdsService service, Asked asked) => new(service.Id, asked.Client, asked.Hook.Hook, asked.Hook.Context.PatientId, asked.Hook.Context.UserId);

        public override string ToString() => nameof(ChartKey);
    }

    private sealed record OpenedChart(CdsService Service, UInt128 Content, UInt128 Request, HookAnswer First, HookAnswer Again, DateTimeOffset Until);
}
