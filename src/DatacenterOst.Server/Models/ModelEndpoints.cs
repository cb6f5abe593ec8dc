using System.Text.Json;
using System.Text.Json.Serialization;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Models;
using DatacenterOst.Models.LifeCycle;
using DatacenterOst.Models.Monitoring;
using DatacenterOst.Server.Http;
using DatacenterOst.Store.Models;
using Microsoft.AspNetCore.Mvc;

namespace DatacenterOst.Server.Models;

/// <summary>Models over the API, which answers this machine only. What is changed here counts on this node at once, on others within a second.</summary>
public static class ModelEndpoints
{
    /// <summary>A package that comes over HTTP, packed; larger ones are deployed from the command line.</summary>
    private const int MaxUpload = 60 * 1024 * 1024;

    /// <summary>A change in words.</summary>
    private const int MaxChange = 64 * 1024;

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    public static void MapModels(this RouteGroupBuilder api)
    {
        var models = api.MapGroup("/models").WithTags("models");
        models.MapGet("", List).WithSummary("Model packages that work, at which stage; those that do not work now; and those that were refused with the reasons.");
        models.MapGet("/{id}", One).WithSummary("One model: its versions, and every change of their stages with who and why.").Produces(404);
        models.MapPost("", Deploy).WithSummary("Takes in a package as a zip file (application/zip), runs its vectors and, where 'to' is given, puts it to that stage.")
            .Accepts<byte[]>("application/zip").Produces<DeployedAnswer>(201).Produces(400).Produces(409).Produces(422);
        models.MapPost("/{id}/{version}/stage", Promote).WithSummary("Puts a version to another stage: silent, canary (for a share or for units), active or retired.")
            .Accepts<StageBody>("application/json").Produces<ChangesAnswer>().Produces(400).Produces(404).Produces(409).Produces(422);
        models.MapPost("/{id}/rollback", Rollback).WithSummary("Takes back what was last put before people: a canary is silent again, or the version before is active again.")
            .Accepts<ReasonBody>("application/json").Produces<ChangesAnswer>().Produces(404).Produces(422);
        models.MapPost("/{id}/outcomes", ModelOutcomesDesk.Take).WithSummary("Tells what became of patients that the model scored, by run or by patient.")
            .Accepts<ModelOutcomesDesk.OutcomesBody>("application/json").Produces<ModelOutcomesDesk.OutcomesAnswer>().Produces(400).Produces(404);
        models.MapGet("/{id}/report", Report).WithSummary("How the model does: volume, abstentions, latency, drift, calibration, overrides, by site; JSON, or a page with format=html.")
            .Produces<string>(200, "application/json", "text/html").Produces(404);
    }

    private static ModelsAnswer List(DataCentre centre)
    {
        var all = centre.Models.Packages.Select(package => package.Id.Model).Distinct().SelectMany(centre.Models.StagesOf).Select(Answer).ToLookup(answer => answer.Stage is "active" or "canary" or "silent");
        return new ModelsAnswer([.. all[true]], [.. all[false]], [.. centre.Models.Refused.Select(refused => new ApiEndpoints.RefusedAnswer(refused.Folder, refused.Reasons))]);
    }

    private static async Task<ModelView> One(string id, DataCentre centre, CancellationToken cancellationToken)
    {
        var history = await new ModelChanges(centre.Store).History(id, cancellationToken);
        var versions = centre.Models.StagesOf(new ModelId(id));
        if (versions.Count == 0 && history.Changes.Count == 0)
            throw new Problem(ProblemKind.NotFound, "There is no such model; GET /api/models lists them.", where: "id");
        return new ModelView(id, [.. versions.Select(Answer)], [.. history.Changes.Select(Answer)], history.IsIntact);
    }

    private static async Task<IResult> Deploy(
        HttpContext http, DataCentre centre, [FromQuery] string? to, [FromQuery] string? share, [FromQuery] string[]? unit, [FromQuery] string? who, [FromQuery] string? why)
    {
        // Not a type that a page may send by itself: a browser asks first.
        if (http.Request.ContentType?.Split(';')[0].Trim() != "application/zip")
            throw new Problem(ProblemKind.Unsupported, "Send the package as a zip file: Content-Type: application/zip.", where: "Content-Type");
        var change = to is null ? null : StageChange.Parse(to, share, unit);
        var reason = new Reason(who!, why!).Checked();
        var body = await RequestBody.Read(http.Request, MaxUpload, http.RequestAborted);
        var id = await centre.ModelLife.Deploy(body, ModelsInUse.MaxUploaded, change, reason, http.RequestAborted);
        var staged = centre.Models.StagesOf(id.Model).First(one => one.Package.Id == id);
        return Results.Created($"/api/models/{id.Model}", new DeployedAnswer(id.Model.Value, id.Version, id.Hash, Name(staged.Stage)));
    }

    private static async Task<ChangesAnswer> Promote(string id, string version, HttpContext http, DataCentre centre)
    {
        var body = await Body<StageBody>(http);
        var change = StageChange.Parse(body.To, body.Share, body.Units);
        var changes = await centre.ModelLife.Promote(new PackageName(new ModelId(id), version), change, new Reason(body.Who!, body.Why!), http.RequestAborted);
        return new ChangesAnswer([.. changes.Select(Answer)]);
    }

    private static async Task<ChangesAnswer> Rollback(string id, HttpContext http, DataCentre centre)
    {
        var body = await Body<ReasonBody>(http);
        return new ChangesAnswer([.. (await centre.ModelLife.Rollback(new ModelId(id), new Reason(body.Who!, body.Why!), http.RequestAborted)).Select(Answer)]);
    }

    private static async Task<IResult> Report(string id, DataCentre centre, string? from, string? to, string? format, CancellationToken cancellationToken)
    {
        var report = await ModelReports.Of(centre, new ModelId(id), AnswerEndpoints.Instant(from, "from"), AnswerEndpoints.Instant(to, "to"), Caller.Loopback, cancellationToken);
        return format switch
        {
            null or "json" => Results.Text(ModelReports.Json(report), "application/json"),
            "html" => Results.Text(ReportHtml.Write(report), "text/html"),
            _ => throw new Problem(ProblemKind.Invalid, "must be json or html", where: "format"),
        };
    }

    internal static async Task<T> Body<T>(HttpContext http, int maxBytes = MaxChange)
    {
        RequestBody.RequireJson(http.Request);
        var body = await RequestBody.Read(http.Request, maxBytes, http.RequestAborted);
        try
        {
            return JsonSerializer.Deserialize<T>(body.Span, Strict) ?? throw new Problem(ProblemKind.Invalid, "must be a JSON object", where: "body");
        }
        catch (JsonException wrong)
        {
            throw new Problem(ProblemKind.Invalid, $"cannot be read: {wrong.Message}", where: "body", inner: wrong);
        }
    }

    internal static ModelAnswer Answer(StagedPackage staged)
    {
        var id = staged.Package.Id;
        return new ModelAnswer(id.Model.Value, id.Version, staged.Package.Kind, id.Hash)
        {
            Stage = Name(staged.Stage),
            Share = staged.Share == 0 ? null : (double)staged.Share / ModelChange.WholeShare,
            Units = staged.Units.Count == 0 ? null : staged.Units,
        };
    }

    internal static ChangeAnswer Answer(ModelChange change) => new(change.Sequence, change.At, change.Version, change.Hash, Name(change.From), Name(change.To))
    {
        Kind = change.Kind.ToString().ToLowerInvariant(),
        Share = change.Share == 0 ? null : (double)change.Share / ModelChange.WholeShare,
        Units = change.Units.Count == 0 ? null : change.Units,
        Who = change.Who,
        Why = change.Why,
    };

    internal static string Name(ModelStage stage) => stage.ToString().ToLowerInvariant();

    /// <param name="Serving">Active, canary or silent.</param>
    /// <param name="Others">Verified or retired: kept, so that what they said can be made again.</param>
    public sealed record ModelsAnswer(IReadOnlyList<ModelAnswer> Serving, IReadOnlyList<ModelAnswer> Others, IReadOnlyList<ApiEndpoints.RefusedAnswer> Refused);

    public sealed record ModelAnswer(string Id, string Version, string Kind, string Hash)
    {
        public required string Stage { get; init; }

        /// <summary>Of the patients, 0 to 1; for a canary by share.</summary>
        public double? Share { get; init; }

        public IReadOnlyList<string>? Units { get; init; }
    }

    /// <param name="IsIntact">Whether every change still says what was written: their hashes are a chain.</param>
    public sealed record ModelView(string Id, IReadOnlyList<ModelAnswer> Versions, IReadOnlyList<ChangeAnswer> Changes, bool IsIntact);

    public sealed record ChangeAnswer(long Sequence, DateTimeOffset At, string Version, string Hash, string From, string To)
    {
        public required string Kind { get; init; }

        public double? Share { get; init; }

        public IReadOnlyList<string>? Units { get; init; }

        public required string Who { get; init; }

        public required string Why { get; init; }
    }

    public sealed record ChangesAnswer(IReadOnlyList<ChangeAnswer> Changes);

    public sealed record DeployedAnswer(string Id, string Version, string Hash, string Stage);

    public sealed record StageBody(string? To, string? Share, IReadOnlyList<string>? Units, string? Who, string? Why);

    public sealed record ReasonBody(string? Who, string? Why);
}
