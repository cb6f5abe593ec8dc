using DatacenterOst.Access.Clients;
using DatacenterOst.Store.Clients;

namespace DatacenterOst.Server.Clients;

/// <summary>
/// The CDS clients in use, from files and from the store. Both are looked at again and again, so that a registration counts within
/// seconds on every node. A file that does not hold is refused, and what it said before goes on.
/// </summary>
public sealed class ClientRegistry(IReadOnlyList<string> folders, ClientRegistrations registrations) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);
    private Dictionary<string, CdsClient> former = [];
    private (string Files, long Stored) seen = ("", -1);
    private volatile CdsClients current = CdsClients.None;

    public CdsClients Current => current;

    /// <summary>Where files are looked for.</summary>
    public IReadOnlyList<string> Folders => folders;

    /// <summary>Reads what has changed; true when anything has.</summary>
    public async Task<bool> Refresh(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            var files = ClientFiles.In(folders);
            var now = (ClientFiles.StampOf(files), await registrations.Stamp(cancellationToken));
            if (now == seen)
                return false;
            current = Together(files, await registrations.Current(cancellationToken));
            seen = now;
            return true;
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private CdsClients Together(IReadOnlyList<string> files, IReadOnlyList<ClientChange> stored)
    {
        var registered = new List<RegisteredClient>();
        var refused = new List<RefusedClient>();
        foreach (var file in files)
        {
            var reasons = new List<string>();
            var client = ClientFiles.Read(file, reasons);
            if (client is null)
                refused.Add(new RefusedClient(file, reasons));
            if ((client ?? former.GetValueOrDefault(file)) is { } holds)
                registered.Add(new RegisteredClient(holds, file));
        }

        former = registered.ToDictionary(one => one.Place!, one => one.Client, StringComparer.Ordinal);
        foreach (var change in stored)
        {
            var reasons = new List<string>();
            if (change.Document!.Check(reasons) is { } client)
                registered.Add(new RegisteredClient(client, null));
            else
                refused.Add(new RefusedClient(change.Id, reasons));
        }

        return CdsClients.Of(registered, refused);
    }
}
