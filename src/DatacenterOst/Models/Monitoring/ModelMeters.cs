using System.Diagnostics.Metrics;

namespace DatacenterOst.Models.Monitoring;

/// <summary>
/// Counters and times of models, for OpenTelemetry. Their attributes are model, version, stage and result: nothing of a patient leaves by them.
/// </summary>
public static class ModelMeters
{
    public const string Name = "DatacenterOst.Models";

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Scores = Meter.CreateCounter<long>("dost.model.scores", "{score}", "Estimates made, by model, version, stage and result.");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("dost.model.duration", "ms", "From the request to its estimate.");

    private static readonly Histogram<double> Score = Meter.CreateHistogram<double>("dost.model.score", "1", "Scores as the model gives them.");

    private static readonly Counter<long> Dropped = Meter.CreateCounter<long>("dost.model.silent.dropped", "{score}", "Silent scores that were not made because too many waited.");

    private static readonly Counter<long> Changes = Meter.CreateCounter<long>("dost.model.changes", "{change}", "Changes of stages that this node has taken into use.");

    private static readonly Gauge<double> Drift = Meter.CreateGauge<double>("dost.model.drift", "1", "Population stability index of a feature or of the score, by the last report.");

    private static readonly Gauge<long> Alerts = Meter.CreateGauge<long>("dost.model.alerts", "{alert}", "Alerts of the last report.");

    /// <param name="stage">active, canary or silent.</param>
    public static void Scored(RiskEstimate estimate, string stage, TimeSpan took)
    {
        var (model, version) = (KeyValuePair.Create<string, object?>("model", estimate.Model.Value), KeyValuePair.Create<string, object?>("version", estimate.Version));
        var at = KeyValuePair.Create<string, object?>("stage", stage);
        Scores.Add(1, model, version, at, KeyValuePair.Create<string, object?>("result", estimate.Score is null && estimate.Abstentions.Count > 0 ? "abstained" : "scored"));
        Duration.Record(took.TotalMilliseconds, model, version, at);
        if (estimate.Score is { } score) Score.Record(score, model, version, at);
    }

    public static void NotScored(string model) => Dropped.Add(1, KeyValuePair.Create<string, object?>("model", model));

    public static void Changed() => Changes.Add(1);

    public static void Reported(ModelReport report)
    {
        var model = KeyValuePair.Create<string, object?>("model", report.Model);
        Alerts.Record(report.Alerts.Count, model);
        foreach (var version in report.Versions)
        {
            foreach (var drift in version.Drift)
            {
                if (drift.Psi is { } psi) Drift.Record(psi, model, KeyValuePair.Create<string, object?>("version", version.Version), KeyValuePair.Create<string, object?>("feature", drift.Feature));
            }
        }
    }
}
