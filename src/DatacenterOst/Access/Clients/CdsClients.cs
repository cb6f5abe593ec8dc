namespace DatacenterOst.Access.Clients;

/// <summary>A client and where its registration stands.</summary>
/// <param name="Place">The file; null for the store.</param>
public sealed record RegisteredClient(CdsClient Client, string? Place);

/// <summary>
/// All registered clients, as one immutable snapshot that is replaced whole. A client is found by what its token says of itself:
/// its issuer, and the tenant where several clients share one issuer.
/// </summary>
public sealed class CdsClients
{
    /// <summary>A region has some hundred EHR installations.</summary>
    public const int MaxClients = 1_000;

    public static readonly CdsClients None = new([], []);

    private readonly Dictionary<string, List<CdsClient>> byIssuer;
    private readonly HashSet<string> origins;

    private CdsClients(IReadOnlyList<RegisteredClient> all, IReadOnlyList<RefusedClient> refused)
    {
        All = all;
        Refused = refused;
        byIssuer = all.Select(registered => registered.Client).GroupBy(client => client.Issuer, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        origins = all.SelectMany(registered => registered.Client.Origins).ToHashSet(StringComparer.OrdinalIgnoreCase);
        AskForCertificates = all.Any(registered => registered.Client.Certificates.Count > 0);
    }

    /// <summary>By id.</summary>
    public IReadOnlyList<RegisteredClient> All { get; }

    /// <summary>Registrations that do not hold.</summary>
    public IReadOnlyList<RefusedClient> Refused { get; }

    /// <summary>Whether some client shows a certificate when it connects.</summary>
    public bool AskForCertificates { get; }

    /// <summary>
    /// Whether tokens are asked for. A registration that does not hold counts: a mistake in the only file must not open the door.
    /// </summary>
    public bool Any => All.Count > 0 || Refused.Count > 0;

    /// <summary>Puts registrations together, the first of two that cannot both be having its place; the others are refused with the reason.</summary>
    public static CdsClients Of(IEnumerable<RegisteredClient> registered, IEnumerable<RefusedClient> refused)
    {
        var all = new List<RegisteredClient>();
        var left = refused.ToList();
        foreach (var candidate in registered)
        {
            var reason = all.Count == MaxClients
                ? $"at most {MaxClients} clients can be registered"
                : all.Select(other => Conflict(candidate, other)).FirstOrDefault(conflict => conflict is not null);
            if (reason is null)
                all.Add(candidate);
            else
                left.Add(new RefusedClient(candidate.Place ?? candidate.Client.Id, [reason]));
        }

        return new CdsClients([.. all.OrderBy(one => one.Client.Id, StringComparer.Ordinal)], left);
    }

    public RegisteredClient? Find(string id) => All.FirstOrDefault(registered => registered.Client.Id == id);

    /// <summary>The client whose token says this; null when nobody's does.</summary>
    public CdsClient? Find(string issuer, string? tenant)
    {
        if (!byIssuer.TryGetValue(issuer, out var clients))
            return null;
        return clients.Count == 1 ? clients[0] : clients.Find(client => tenant is not null && client.Tenants.Contains(tenant, StringComparer.Ordinal));
    }

    /// <summary>Whether a page of this origin belongs to a client.</summary>
    public bool HasOrigin(string origin) => origins.Contains(origin);

    /// <summary>Why a client cannot be registered beside another; null when it can.</summary>
    public static string? Conflict(RegisteredClient candidate, RegisteredClient other)
    {
        var (mine, theirs) = (candidate.Client, other.Client);
        if (mine.Id == theirs.Id)
            return $"a client of the id '{mine.Id}' is registered in {other.Place ?? "the store"}; it has one place";
        if (mine.Issuer != theirs.Issuer)
            return null;
        var shared = mine.Tenants.Intersect(theirs.Tenants, StringComparer.Ordinal).FirstOrDefault();
        return mine.Tenants.Count > 0 && theirs.Tenants.Count > 0 && shared is null
            ? null
            : $"the client '{theirs.Id}' has the same issuer; clients that share one are told apart by 'tenants', of which none may be in both";
    }
}
