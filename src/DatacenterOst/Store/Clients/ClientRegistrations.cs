using DatacenterOst.Access;
using DatacenterOst.Access.Clients;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store.Clients;

/// <summary>One change of a registration: what it was made to say, by whom and when.</summary>
/// <param name="Document">Null when the client was removed.</param>
public sealed record ClientChange(string Id, DateTimeOffset At, string By, ClientDocument? Document);

/// <summary>CDS clients that were registered by API or command line. Changes are added and never altered, so who did what when stays known.</summary>
public sealed class ClientRegistrations(StoreDatabase database)
{
    /// <summary>Changes of one client that are listed, newest first.</summary>
    public const int MaxListed = 1_000;

    private const string Columns = "client_id, changed_at, changed_by, document";

    /// <summary>The registrations that hold now.</summary>
    public async Task<IReadOnlyList<ClientChange>> Current(CancellationToken cancellationToken)
        => await database.Dialect.Query(
            $"""
            select {Columns} from cds_client_change c
            where c.changed_at = (select max(newer.changed_at) from cds_client_change newer where newer.client_id = c.client_id)
            and c.document is not null order by c.client_id limit @limit
            """,
            command => command.With("@limit", CdsClients.MaxClients), Change, cancellationToken);

    /// <summary>Grows with every change, on whatever node it is made and whatever its clock says.</summary>
    public async Task<long> Stamp(CancellationToken cancellationToken)
        => (await database.Dialect.Query("select count(*) from cds_client_change", _ => { }, row => row.GetInt64(0), cancellationToken))[0];

    /// <summary>All changes of one client, newest first.</summary>
    public async Task<IReadOnlyList<ClientChange>> History(string id, CancellationToken cancellationToken)
        => await database.Dialect.Query(
            $"select {Columns} from cds_client_change where client_id = @id order by changed_at desc limit @limit",
            command => command.With("@id", id).With("@limit", MaxListed), Change, cancellationToken);

    public Task Put(ClientDocument document, Caller caller, CancellationToken cancellationToken)
        => Add(document.Id, document.Write(), caller, cancellationToken);

    /// <exception cref="Problem">NotFound.</exception>
    public async Task Remove(string id, Caller caller, CancellationToken cancellationToken)
    {
        if (await History(id, cancellationToken) is not [{ Document: not null }, ..])
            throw new Problem(ProblemKind.NotFound, "no client of that id is registered in the store", where: "id");
        await Add(id, null, caller, cancellationToken);
    }

    // The last change holds, also where it was made on a node whose clock is behind.
    private async Task Add(string id, byte[]? document, Caller caller, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Dialect.Begin(cancellationToken);
        await transaction.Command(
            $"""
            insert into cds_client_change ({Columns})
            select @id, case when max(changed_at) >= @at then max(changed_at) + 1 else @at end, @by, @document
            from cds_client_change where client_id = @id
            """,
            ("@id", id), ("@at", database.Clock.Take(1)), ("@by", caller.Subject), ("@document", document is null ? null : System.Text.Encoding.UTF8.GetString(document)))
            .Execute(cancellationToken);
        await transaction.Commit(cancellationToken);
    }

    private static ClientChange Change(System.Data.Common.DbDataReader row) => new(
        row.GetString(0), Instants.From(row.GetInt64(1)), row.GetString(2),
        row.TextOrNull(3) is { } json ? ClientDocument.Read(System.Text.Encoding.UTF8.GetBytes(json), []) ?? new ClientDocument { Id = row.GetString(0) } : null);
}
