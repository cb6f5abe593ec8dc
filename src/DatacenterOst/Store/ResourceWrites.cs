using System.Collections.Concurrent;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Normalise;

namespace DatacenterOst.Store;

/// <summary>
/// Changes of resources by callers. What is returned is committed and durable. Single changes that arrive together share
/// one transaction and one flush; each keeps its own outcome.
/// </summary>
public sealed class ResourceWrites(StoreDatabase database)
{
    /// <summary>Changes in one transaction.</summary>
    private const int MaxTogether = 200;

    private readonly ConcurrentQueue<WaitingChange> waiting = new();
    private readonly Intake intake = new(database);

    // 1 while somebody writes what all have queued meanwhile, so that nobody waits for a timer.
    private int isWriting;

    /// <summary>One change.</summary>
    /// <exception cref="Problem">
    /// Conflict when the id of a create is taken; PreconditionFailed when another version is current; NotFound when what is to
    /// be deleted is not there; Invalid when its patient is not the one it says.
    /// </exception>
    public async Task<ResourceWritten> Write(string profile, ResourceChange change, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var mine = new WaitingChange(profile, ArrivalOf(change).Prepared(profile, database.Indexed), cancellationToken);
        waiting.Enqueue(mine);
        if (Interlocked.Exchange(ref isWriting, 1) == 0)
        {
            // Not cancelled with the request of one of them: the others wait for the same commit.
            _ = Task.Run(() => WriteWaiting(CancellationToken.None), CancellationToken.None);
        }

        return await mine.Outcome;
    }

    /// <summary>All changes in one transaction, or none. A Problem names the change in <c>where</c> as <c>entry[n]</c>, n from 0 in this list.</summary>
    public async Task<IReadOnlyList<ResourceWritten>> WriteAll(
        string profile, IReadOnlyList<ResourceChange> changes, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(caller);
        if (changes.Count == 0)
        {
            return [];
        }

        var arrivals = changes.Select(ArrivalOf).ToList();
        try
        {
            var written = await intake.WriteInHand(profile, arrivals, IntakeRules.AllOrNothing, cancellationToken);
            return [.. written.Select(record => Written(record.Items[0]))];
        }
        catch (Exception failed) when (Told(failed) is Problem problem && failed is not Problem)
        {
            throw problem;
        }
    }

    /// <summary>
    /// Makes the caller the only one, on all nodes, who decides about something of these names (a conditional create and what it
    /// searches), until it is disposed.
    /// </summary>
    public Task<IAsyncDisposable> Alone(IReadOnlyCollection<string> names, CancellationToken cancellationToken) =>
        database.Dialect.Alone(names, cancellationToken);

    private async Task WriteWaiting(CancellationToken cancellationToken)
    {
        do
        {
            while (Next() is { Count: > 0 } changes)
            {
                await WriteTogether(changes, cancellationToken);
            }

            Interlocked.Exchange(ref isWriting, 0);
        }
        while (!waiting.IsEmpty && Interlocked.Exchange(ref isWriting, 1) == 0); // who came in between saw that somebody writes
    }

    private List<WaitingChange> Next()
    {
        var next = new List<WaitingChange>();
        while (next.Count < MaxTogether && waiting.TryPeek(out var first) && (next.Count == 0 || first.Profile == next[0].Profile) && waiting.TryDequeue(out first))
        {
            if (!first.IsGivenUp)
            {
                next.Add(first);
            }
        }

        return next;
    }

    private async Task WriteTogether(List<WaitingChange> changes, CancellationToken cancellationToken)
    {
        try
        {
            var written = await intake.WriteInHand(
                changes[0].Profile, [.. changes.Select(change => change.Arrival)], IntakeRules.EachByItself, cancellationToken);
            for (var number = 0; number < changes.Count; number++)
            {
                changes[number].Complete(written[number].Items[0]);
            }
        }
        catch (Exception failed) when (changes.Count == 1 || failed is Problem)
        {
            changes.ForEach(change => change.Fail(Told(failed)));
        }
        catch (Exception)
        {
            // One of them cannot be written, and must not take the others with it.
            foreach (var change in changes)
            {
                await WriteTogether([change], cancellationToken);
            }
        }
    }

    // It was tried several times, and each time another writer was first: the caller decides whether to try once more.
    private Exception Told(Exception failed) => database.Dialect.IsWorthRetrying(failed)
        ? new Problem(ProblemKind.Conflict, "another writer was first each time that this was tried; read what is there now and send it again", inner: failed)
        : failed;

    private Arrival ArrivalOf(ResourceChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var record = change.Record;
        var resource = record.Items.Count == 1 ? record.Items[0].Resource : null;
        if (resource?.Id is not { Length: > 0 })
        {
            throw new Problem(ProblemKind.Invalid, "one resource with an id is needed", where: "id");
        }

        if (change.Kind == ChangeKind.Delete)
        {
            var item = record.Items[0];
            record = record with { Items = [item with { Findings = [.. item.Findings.Select(Retracted)] }] };
        }

        return new Arrival(record, database.Time.GetUtcNow()) { Write = new ResourceWrite(change.Kind, change.IfMatch) { IsOfNewId = change.IsOfNewId } };
    }

    // What a deleted resource said of the patient no longer holds.
    private static PlacedFinding Retracted(PlacedFinding placed) => placed with { Finding = placed.Finding with { Status = FactStatus.Retracted } };

    internal static ResourceWritten Written(ItemInHand item)
    {
        if (item.Objection is { } objection)
        {
            throw objection;
        }

        var taken = item.Taken!;
        var stored = new StoredResource(taken.Type, taken.Id, taken.Version, Instants.From(taken.StoredAt), item.Record.Patient, item.Resource!.Source)
        {
            KnownAt = taken.KnownAt,
            IsDeleted = item.Record.Arrival.Write.IsDelete,
        };
        return new ResourceWritten(stored, taken.IsNew ? ItemState.New : ItemState.Unchanged, item.Rejections) { IsCreated = taken.IsCreated };
    }
}
