using DatacenterOst.Access;
using DatacenterOst.Access.Clients;
using DatacenterOst.Clinical;
using DatacenterOst.Server.Http;
using DatacenterOst.Store.Clients;

namespace DatacenterOst.Server.Clients;

/// <summary>Registration of CDS clients over the API, which answers this machine only. What is changed here counts on this node at once, on others within a second.</summary>
public static class ClientEndpoints
{
    /// <summary>A registration with fifty keys has a quarter of it.</summary>
    private const int MaxBytes = 256 * 1024;

    public static void MapClients(this RouteGroupBuilder api)
    {
        var clients = api.MapGroup("/cds-clients");
        clients.MapGet("/", List).WithSummary("CDS clients that may call, and registrations that were refused with the reasons.");
        clients.MapGet("/{id}", Get).WithSummary("One client and every change of its registration, with who and when.").Produces(404);
        clients.MapPut("/{id}", Put).WithSummary("Registers a client, or changes its registration.")
            .Accepts<ClientDocument>("application/json").Produces<ClientAnswer>().Produces(400).Produces(409);
        clients.MapDelete("/{id}", Delete).WithSummary("Takes a registration back; tokens of the client are refused from then on.").Produces(204).Produces(404);
    }

    private static ClientsAnswer List(DataCentre centre)
    {
        var clients = centre.Clients.Current;
        return new ClientsAnswer([.. clients.All.Select(Answer)], [.. clients.Refused.Select(refused => new RefusedClientAnswer(refused.Place, refused.Reasons))]);
    }

    private static async Task<ClientHistoryAnswer> Get(string id, DataCentre centre, CancellationToken cancellationToken)
    {
        var client = centre.Clients.Current.Find(id);
        var changes = await centre.Registrations.History(id, cancellationToken);
        if (client is null && changes.Count == 0)
            throw NotRegistered();
        return new ClientHistoryAnswer(client is null ? null : Answer(client), changes);
    }

    private static async Task<ClientAnswer> Put(string id, HttpContext http, DataCentre centre)
    {
        RequestBody.RequireJson(http.Request);
        var body = await RequestBody.Read(http.Request, MaxBytes, http.RequestAborted);
        var reasons = new List<string>();
        var document = ClientDocument.Read(body.Span, reasons);
        if (document is not null && document.Id.Length == 0)
            document = document with { Id = id };
        if (document is not null && document.Id != id)
            reasons.Add("'id' must be the id in the address");
        if (reasons.Count > 0)
            throw new Problem(ProblemKind.Invalid, string.Join("; ", reasons), where: "body");
        return Answer(await Registering.Put(centre, document!, Caller.Loopback, http.RequestAborted));
    }

    private static async Task<IResult> Delete(string id, DataCentre centre, CancellationToken cancellationToken)
    {
        await Registering.Remove(centre, id, Caller.Loopback, cancellationToken);
        return Results.NoContent();
    }

    private static ClientAnswer Answer(RegisteredClient registered)
    {
        var client = registered.Client;
        return new ClientAnswer(client.Id, client.Name, client.Issuer, registered.Place ?? "store")
        {
            Algorithms = [.. client.Algorithms.Select(algorithm => algorithm.ToString())],
            Keys = [.. client.Keys.Select(key => key.ToString())],
            Jku = client.KeySets,
            Tenants = client.Tenants,
            Services = client.Services,
            Origins = client.Origins,
            UsesOwnStore = client.UsesOwnStore,
        };
    }

    private static Problem NotRegistered() => new(ProblemKind.NotFound, "No client of that id is registered; GET /api/cds-clients lists them.", "id");

    public sealed record ClientsAnswer(IReadOnlyList<ClientAnswer> Serving, IReadOnlyList<RefusedClientAnswer> Refused);

    /// <param name="Place">The file of the registration, or store.</param>
    public sealed record ClientAnswer(string Id, string Name, string Issuer, string Place)
    {
        public IReadOnlyList<string> Algorithms { get; init; } = [];

        public IReadOnlyList<string> Keys { get; init; } = [];

        public IReadOnlyList<string> Jku { get; init; } = [];

        public IReadOnlyList<string> Tenants { get; init; } = [];

        public IReadOnlyList<string> Services { get; init; } = [];

        public IReadOnlyList<string> Origins { get; init; } = [];

        public bool UsesOwnStore { get; init; }
    }

    public sealed record RefusedClientAnswer(string Place, IReadOnlyList<string> Reasons);

    /// <param name="Client">Null when the registration was taken back or does not hold.</param>
    public sealed record ClientHistoryAnswer(ClientAnswer? Client, IReadOnlyList<ClientChange> Changes);
}
