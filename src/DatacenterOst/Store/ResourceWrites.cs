using DatacenterOst.Access;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>
/// Changes of resources by callers. What is returned is committed and durable. Single changes that arrive together share
/// one transaction and one flush; each keeps its own outcome.
/// </summary>
public sealed class ResourceWrites(StoreDatabase database)
{
    private readonly StoreDatabase database = database;

    /// <summary>One change.</summary>
    /// <exception cref="Problem">
    /// Conflict when the id of a create is taken; PreconditionFailed when another version is current; NotFound when what is to
    /// be deleted is not there; Invalid when its patient is not the one it says.
    /// </exception>
    public Task<ResourceWritten> Write(string profile, ResourceChange change, Caller caller, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>All changes in one transaction, or none. A Problem names the change in <c>where</c> as <c>entry[n]</c>, n from 0 in this list.</summary>
    public Task<IReadOnlyList<ResourceWritten>> WriteAll(
        string profile, IReadOnlyList<ResourceChange> changes, Caller caller, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>
    /// Makes the caller the only one, on all nodes, who decides about something of these names (a conditional create and what it
    /// searches), until it is disposed.
    /// </summary>
    public Task<IAsyncDisposable> Alone(IReadOnlyCollection<string> names, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
