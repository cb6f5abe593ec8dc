using DatacenterOst.Access;
using DatacenterOst.Access.Clients;
using DatacenterOst.Clinical;

namespace DatacenterOst.Server.Clients;

/// <summary>Puts a registration into the store and takes it back, the same for API and command line: only one that holds beside the others gets in.</summary>
public static class Registering
{
    /// <exception cref="Problem">Invalid with every reason; Conflict when another registration stands in the way.</exception>
    public static async Task<RegisteredClient> Put(DataCentre centre, ClientDocument document, Caller caller, CancellationToken cancellationToken)
    {
        await centre.Clients.Refresh(cancellationToken);
        var reasons = new List<string>();
        if (document.Check(reasons) is not { } client)
            throw new Problem(ProblemKind.Invalid, string.Join("; ", reasons), where: document.Id);
        var registered = new RegisteredClient(client, null);
        var others = centre.Clients.Current.All.Where(other => other.Client.Id != client.Id || other.Place is not null).ToList();
        if (others.Select(other => CdsClients.Conflict(registered, other)).FirstOrDefault(reason => reason is not null) is { } conflict)
            throw new Problem(ProblemKind.Conflict, conflict, where: document.Id);
        if (others.Count >= CdsClients.MaxClients)
            throw new Problem(ProblemKind.Conflict, $"At most {CdsClients.MaxClients} clients can be registered.", where: document.Id);
        await centre.Registrations.Put(document, caller, cancellationToken);
        await centre.Clients.Refresh(cancellationToken);
        return registered;
    }

    /// <exception cref="Problem">NotFound; Conflict when a file registers it.</exception>
    public static async Task Remove(DataCentre centre, string id, Caller caller, CancellationToken cancellationToken)
    {
        await centre.Clients.Refresh(cancellationToken);
        if (centre.Clients.Current.Find(id) is { Place: { } file })
            throw new Problem(ProblemKind.Conflict, $"The client is registered in {file}; remove that file.", where: id);
        await centre.Registrations.Remove(id, caller, cancellationToken);
        await centre.Clients.Refresh(cancellationToken);
    }
}
