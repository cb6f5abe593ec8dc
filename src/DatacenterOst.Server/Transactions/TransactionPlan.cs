using System.Text.Json;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Server.Fhir;
using DatacenterOst.Server.Http;
using DatacenterOst.Store;

namespace DatacenterOst.Server.Transactions;

/// <summary>What a transaction will do, entry by entry.</summary>
internal sealed class TransactionPlan
{
    /// <summary>Conditional entries of one transaction; each is a search and a lock.</summary>
    private const int MaxConditions = 1_000;

    /// <summary>Replaced resources that are waited for one by one; PostgreSQL has room for some thousand locks in all.</summary>
    private const int MaxTurns = 200;

    private readonly EntryReferences references = new();
    private readonly List<(Step Step, string Reference, Condition Condition)> conditionalReferences = [];

    private TransactionPlan(IReadOnlyList<Step> steps) => Steps = steps;

    /// <summary>In the order of the entries.</summary>
    public IReadOnlyList<Step> Steps { get; }

    /// <summary>
    /// What nobody else may decide about meanwhile: the conditions, and the resources that are replaced, so that transactions about the
    /// same ones take turns instead of undoing each other. Of very many the store alone sorts out who was first.
    /// </summary>
    public IReadOnlyCollection<string> Names
    {
        get
        {
            var conditions = Steps.Select(step => step.Condition?.Name).OfType<string>();
            var replaced = Steps.Where(step => !step.IsRead && step.Condition is null && step.Id.Length > 0).Select(step => step.Reference).ToList();
            return [.. conditions.Concat(replaced.Count <= MaxTurns ? replaced : []).Distinct().Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Without a version that a client has asked for, what another writer did in between can be taken into account.</summary>
    public bool MayBeginAgain => Steps.Any(step => step.Entry.Method is "PATCH" or "DELETE") && Steps.All(step => string.IsNullOrEmpty(step.Entry.IfMatch));

    /// <exception cref="Problem">Invalid, with the entry.</exception>
    public static TransactionPlan Of(BundleAsk bundle, FhirRequest request, DataCentre centre)
    {
        var plan = new TransactionPlan([.. bundle.Entries.Select(entry => Placed(entry, () => Step.Of(entry, request, centre)))]);
        var seen = new Dictionary<string, Step>(StringComparer.Ordinal);
        foreach (var step in plan.Steps)
        {
            if (step.Condition is { } condition && !seen.TryAdd(condition.Name, step))
                throw step.Entry.Because(ProblemKind.Invalid, $"Entry {ResourceJson.Text(seen[condition.Name].Entry.Number)} has the same condition.", ".request");
            foreach (var reference in step.IsRead ? [] : Placed(step.Entry, () => Read(step.Entry.Resource, EntryReferences.Conditional)))
            {
                var mark = reference.IndexOf('?', StringComparison.Ordinal);
                plan.conditionalReferences.Add((step, reference, Placed(step.Entry, () => Condition.Of(reference[..mark], reference[mark..], reference, centre))));
            }
        }

        plan.RefuseUnknown();
        return seen.Count <= MaxConditions
            ? plan
            : throw new Problem(ProblemKind.TooCostly, $"A transaction has at most {MaxConditions} conditional entries; send it in parts.", where: "Bundle.entry");
    }

    /// <summary>Looks up what conditions lead to, gives ids, and so knows what every entry is called.</summary>
    public async Task Resolve(DataCentre centre, CancellationToken cancellationToken)
    {
        foreach (var step in Steps.Where(step => !step.IsRead))
            await Placed(step.Entry, token => Resolve(step, centre, token), cancellationToken);
        RefuseTwice();
        foreach (var step in Steps)
            Name(step);
        foreach (var (step, reference, condition) in conditionalReferences)
            await Placed(step.Entry, token => Resolve(reference, condition, centre, token), cancellationToken);
    }

    /// <summary>What the steps change, in the order of processing.</summary>
    public IReadOnlyList<(Step Step, ResourceChange Change)> Changes(DataCentre centre)
    {
        // Within a kind patients come first, so that what is about them finds them, and the rest in one order for all transactions, so
        // that two of them do not wait for each other.
        return [.. Steps.Where(step => !step.IsRead && step.Answer is null)
            .SelectMany(step => Placed(step.Entry, () => Changes(step, centre)).Zip(step.References, (change, reference) => (Step: step, Change: change, Reference: reference)))
            .OrderBy(one => Batch.Order(one.Step.Entry.Method))
            .ThenBy(one => one.Step.Type == "Patient" ? 0 : 1)
            .ThenBy(one => one.Reference, StringComparer.Ordinal)
            .Select(one => (one.Step, one.Change))];
    }

    private static async Task Resolve(Step step, DataCentre centre, CancellationToken cancellationToken)
    {
        var (method, type) = (step.Entry.Method, step.Type);
        if (step.Condition is { } condition && method == "DELETE")
            await ResolveDelete(step, condition, centre, cancellationToken);
        else if (step.Condition is not null)
            step.Existing = await step.Condition.FindOne(centre, cancellationToken);
        else if (method is "DELETE" or "PATCH")
            step.Existing = FhirRequest.IsId(step.Id) ? await centre.Resources.Read(type, step.Id, Caller.Loopback, cancellationToken) : null;
        else if (method == "PUT" && (step.Entry.IfMatch == "*" || step.Entry.IfNoneMatch == "*"))
            step.Existing = await centre.Resources.Read(type, step.Id, Caller.Loopback, cancellationToken);
        var existing = step.Existing is { IsDeleted: false } ? step.Existing : null;
        if (step.Entry.IfMatch == "*" && existing is null)
            throw new Problem(ProblemKind.PreconditionFailed, $"There is no such {type}; leave ifMatch out where that does not matter.", where: "ifMatch");
        if (method == "PUT" && step.Entry.IfNoneMatch == "*" && existing is not null)
            throw new Problem(ProblemKind.PreconditionFailed, $"There is such a {type} already; leave ifNoneMatch out to replace it.", where: "ifNoneMatch");
        if (method == "POST")
            ResolveCreate(step, existing, centre);
        else if (method == "PUT")
            ResolveUpdate(step, existing, centre);
        else if (existing is not null)
            step.Id = existing.Id;
        else if (method == "PATCH")
            throw new Problem(ProblemKind.NotFound, $"There is no such {type} to patch.");
        else
            step.Answer = new FhirAnswer(StatusCodes.Status204NoContent);
    }

    private static async Task ResolveDelete(Step step, Condition condition, DataCentre centre, CancellationToken cancellationToken)
    {
        var found = await condition.FindAll(centre, cancellationToken);
        DeleteInteraction.RequireOne(found, step.Version);
        (step.Existing, step.AlsoExisting) = found is [var first, .. var others] ? (first, others) : (null, []);
    }

    private static void ResolveCreate(Step step, StoredResource? existing, DataCentre centre)
    {
        FhirWriting.IdOf(step.Entry.Resource, step.Type);
        step.Id = existing?.Id ?? centre.Ids.Next();
        if (existing is not null)
            step.Answer = Written.AlreadyThere(step.Request, existing);
    }

    private static void ResolveUpdate(Step step, StoredResource? existing, DataCentre centre)
    {
        var id = FhirWriting.IdOf(step.Entry.Resource, step.Type);
        if (step.Condition is null && !FhirRequest.IsId(step.Id))
            throw new Problem(ProblemKind.Invalid, "An id is 1 to 64 letters (A-Z, a-z), digits, '-' and '.'.", where: $"{step.Type}.id");
        if (step.Condition is null && id != step.Id)
            throw UpdateInteraction.OtherId(step.Type, id);
        step.Id = step.Condition is null ? step.Id : UpdateInteraction.Target(step.Type, id, existing) ?? centre.Ids.Next();
    }

    private async Task Resolve(string reference, Condition condition, DataCentre centre, CancellationToken cancellationToken)
    {
        // The transaction itself may make what is referred to.
        var made = Steps.FirstOrDefault(step => step.Condition?.Name == condition.Name && step.Entry.Method is "POST" or "PUT");
        var target = made?.Reference
            ?? (await condition.FindOne(centre, cancellationToken) is { } found ? $"{found.Type}/{found.Id}" : null)
            ?? throw new Problem(ProblemKind.PreconditionFailed, $"No {condition.Type} meets the conditional reference, so it leads nowhere.");
        references.Add(reference, target);
    }

    // One resource cannot become two things at once (FHIR R4 http.html#trules).
    private void RefuseTwice()
    {
        var seen = new Dictionary<string, Step>(StringComparer.Ordinal);
        foreach (var step in Steps.Where(step => !step.IsRead && step.Id.Length > 0))
            foreach (var reference in step.References)
                if (!seen.TryAdd(reference, step))
                    throw step.Entry.Because(ProblemKind.Invalid, $"Entry {ResourceJson.Text(seen[reference].Entry.Number)} is about the same resource.", ".request.url");
        var urls = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in Steps.Where(step => !step.IsRead && step.Entry.FullUrl is not null))
            if (!urls.Add(step.Entry.FullUrl!))
                throw step.Entry.Because(ProblemKind.Invalid, "Another entry has the same fullUrl.", ".fullUrl");
    }

    private void RefuseUnknown()
    {
        var names = Steps.Select(step => step.Entry.FullUrl).OfType<string>().ToHashSet(StringComparer.Ordinal);
        // The entries of a document or message that is stored whole call each other, not those of the transaction.
        foreach (var step in Steps.Where(step => !step.IsRead && step.Type != "Bundle"))
            foreach (var reference in Placed(step.Entry, () => Read(step.Entry.Resource, json => EntryReferences.Unknown(json, names.Contains))))
                throw step.Entry.Because(ProblemKind.Invalid, $"No entry has the fullUrl {FhirRequest.Shown(reference)} that this one refers to.", ".resource");
    }

    private void Name(Step step)
    {
        if (step.IsRead || step.Id.Length == 0 || step.Entry.FullUrl is not { Length: > 0 } fullUrl)
            return;
        if (fullUrl != step.Reference)
            references.Add(fullUrl, step.Reference);
        // Entries under http addresses also call each other by what follows the base.
        var parts = fullUrl.Split('/');
        if (step.Entry.Method == "POST" && parts.Length > 3 && parts[^2] == step.Type && fullUrl.StartsWith("http", StringComparison.Ordinal))
            references.Add($"{parts[^2]}/{parts[^1]}", step.Reference);
    }

    private List<ResourceChange> Changes(Step step, DataCentre centre)
    {
        var version = step.Version;
        return step.Entry.Method == "DELETE"
            ? [.. step.AlsoExisting.Prepend(step.Existing!).Select(stored => new ResourceChange(ChangeKind.Delete, centre.Writing.Record(stored.Body), version))]
            : [Change(step, version, centre)];
    }

    private ResourceChange Change(Step step, int? version, DataCentre centre)
    {
        if (step.Entry.Method == "PATCH")
        {
            if (version is { } asked && asked != step.Existing!.Version)
                throw new Problem(ProblemKind.PreconditionFailed, $"The current version is {ETags.Of(step.Existing)}.");
            var patched = PatchInteraction.Apply(step.Request with { Body = references.Replace(step.Request.Body) }, step.Existing!);
            return new ResourceChange(ChangeKind.Update, centre.Writing.Record(patched), step.Existing!.Version);
        }

        var body = ResourceJson.WithId(references.Replace(step.Entry.Resource), step.Type, step.Id);
        var isCreate = step.Entry.Method == "POST" || step.Entry.IfNoneMatch == "*" || (step.Condition is not null && step.Existing is null);
        return new ResourceChange(isCreate ? ChangeKind.Create : ChangeKind.Update, centre.Writing.Record(body), version) { IsOfNewId = step.Entry.Method == "POST" };
    }

    private static IEnumerable<string> Read(ReadOnlyMemory<byte> resource, Func<ReadOnlyMemory<byte>, IEnumerable<string>> read)
    {
        try
        {
            return read(resource);
        }
        catch (JsonException)
        {
            // It is refused where it is parsed, with a better reason.
            FhirWriting.Parse(resource);
            throw;
        }
    }

    private static T Placed<T>(EntryAsk entry, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Problem problem)
        {
            throw entry.Because(problem);
        }
    }

    private static async Task Placed(EntryAsk entry, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken);
        }
        catch (Problem problem)
        {
            throw entry.Because(problem);
        }
    }
}
