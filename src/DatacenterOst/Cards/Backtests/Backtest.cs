using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using DatacenterOst.Access;
using DatacenterOst.Cards.Records;
using DatacenterOst.Clinical;
using DatacenterOst.Models;
using DatacenterOst.Models.Training;
using DatacenterOst.Store;
using DatacenterOst.Store.Answers;

namespace DatacenterOst.Cards.Backtests;

/// <summary>
/// Replays history through the very desk that answers an EHR: for each patient and index time one hook as of that time, and then the service's
/// silence rules over what this replay has shown before. Nothing is recorded, and nothing that was not known then is seen.
/// </summary>
public sealed class Backtest(HookDesk desk, PatientDirectory patients, ClientProfile client)
{
    /// <summary>One imaginary user opens every chart: the strictest reading of rules that count by user.</summary>
    private const long User = 1;

    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    /// <param name="study">Its rows say who and when; their features are not used, the desk reads the store itself.</param>
    public async Task<BacktestResult> Run(CdsService service, StudyData study, IProgress<BacktestStep>? progress, Caller caller, CancellationToken cancellationToken)
    {
        var calls = new List<BacktestCall>(study.Cohort.Rows.Count);
        foreach (var own in study.Cohort.Rows.GroupBy(row => row.Patient))
        {
            var id = (await patients.Get(own.Key, caller, cancellationToken)).FhirId;
            var earlier = new List<RecentAnswer>();
            foreach (var row in own.OrderBy(row => row.IndexTime))
            {
                var request = Request(service.Hooks[0].Name, id, row.IndexTime);
                var answer = await desk.Answer(service, request, service.Language, client, caller, cancellationToken);
                calls.Add(Call(service, row, answer, request.Hook, earlier));
                progress?.Report(new BacktestStep(calls.Count, row, answer.Estimate));
            }
        }

        return BacktestResult.Of(service, study, calls);
    }

    private static BacktestCall Call(CdsService service, CohortRow row, HookAnswer answer, string hook, List<RecentAnswer> earlier)
    {
        var now = row.IndexTime;
        var recent = new RecentAnswers(
            [.. earlier.Where(one => one.AnsweredAt >= now - service.Silence.Longest)], [],
            earlier.Where(one => one.AnsweredAt >= now - Day).Sum(one => Said.Parse(one.Said).All.Count(said => said.IsShown && said.Indicator >= Indicator.Warning)));
        var held = answer.Cards.Count == 0 || service.Silence.IsNone ? [] : Holding.Of(service.Silence, answer, recent, User, hook, now);
        var shown = CardWriting.Without(answer, service, held);
        earlier.Insert(0, new RecentAnswer(now, User, hook, Said.Of(shown, service).ToString(), answer.Run, (UInt128)earlier.Count + 1));
        return new BacktestCall(row, answer.Estimate.Probability ?? answer.Estimate.Score, answer.Estimate.Abstentions, [.. shown.Cards], held);
    }

    private static HookRequest Request(string hook, string patient, DateTimeOffset asOf)
    {
        var context = new JsonObject { ["userId"] = "Practitioner/backtest", ["patientId"] = patient };
        if (hook is "encounter-start" or "encounter-discharge") context["encounterId"] = "backtest";
        if (hook is "order-select" or "order-sign")
            throw new Problem(ProblemKind.Unsupported, $"{hook} is about orders that were being written, and those are not kept; backtest a service of patient-view", where: "service");

        var body = new JsonObject
        {
            ["hook"] = hook,
            ["hookInstance"] = Guid.Empty.ToString("D", CultureInfo.InvariantCulture),
            ["context"] = context,
            ["extension"] = new JsonObject { [HookRequest.AsOfExtension] = asOf.ToString("O", CultureInfo.InvariantCulture) },
        };
        return HookRequest.Parse(Encoding.UTF8.GetBytes(body.ToJsonString()), RequestRules.ForTests);
    }
}

/// <summary>A call that was answered.</summary>
/// <param name="Answered">Calls so far.</param>
/// <param name="Estimate">What the service's model said, with the features that it saw.</param>
public sealed record BacktestStep(int Answered, CohortRow Row, RiskEstimate Estimate);

/// <summary>One call of the replay.</summary>
/// <param name="Score">Null where the model abstained.</param>
/// <param name="Shown">Cards that the user would have seen.</param>
/// <param name="Held">Cards that the silence rules held back.</param>
public sealed record BacktestCall(CohortRow Row, double? Score, IReadOnlyList<string> Abstentions, IReadOnlyList<Card> Shown, IReadOnlyList<Silence> Held);
