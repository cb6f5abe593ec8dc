using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models;

namespace DatacenterOst.Cards;

/// <summary>
/// All CDS services, as one immutable snapshot. A broken folder is refused with its reason and the others load; when an
/// earlier snapshot is at hand, the service that was good before goes on.
/// </summary>
public sealed class CdsServices
{
    public const string FileName = "service.yaml";

    public const int MaxServices = 500;

    private readonly Dictionary<string, CdsService> _byId;
    private readonly Dictionary<AnswerProfile, ReadOnlyMemory<byte>> discovery;

    private CdsServices(IReadOnlyList<CdsService> all, IReadOnlyList<RefusedService> refused)
    {
        All = all;
        Refused = refused;
        discovery = Enum.GetValues<AnswerProfile>().ToDictionary(profile => profile, profile => Cards.Discovery.Write(all, profile));
        _byId = all.ToDictionary(service => service.Id, StringComparer.Ordinal);
    }

    /// <summary>By id.</summary>
    public IReadOnlyList<CdsService> All { get; }

    public IReadOnlyList<RefusedService> Refused { get; }

    /// <summary>The body of <c>GET /cds-services</c> in CDS Hooks 2.0.1.</summary>
    public ReadOnlyMemory<byte> Discovery => DiscoveryFor(AnswerProfile.Cds2);

    /// <summary>The body of <c>GET /cds-services</c> for a client of this profile.</summary>
    public ReadOnlyMemory<byte> DiscoveryFor(AnswerProfile profile) => discovery[profile];

    /// <summary>The same for a client that may call some of the services only.</summary>
    public ReadOnlyMemory<byte> DiscoveryOf(Func<CdsService, bool> mayCall, AnswerProfile profile) => Cards.Discovery.Write(All.Where(mayCall), profile);

    /// <param name="models">What the services speak for; load the services again when it is replaced.</param>
    /// <param name="earlier">The snapshot in use: a service that is broken now goes on as it was.</param>
    /// <param name="tried">What else must hold before a service is taken into use, such as its examples; it reports what does not.</param>
    public static CdsServices Load(
        string directory, ModelCatalogue models, CdsServices? earlier = null, Action<CdsService, string, PackageProblems>? tried = null)
    {
        if (!Directory.Exists(directory)) throw new Problem(ProblemKind.NotFound, "There is no such directory of CDS services.", directory);
        var folders = Directory.GetDirectories(directory).Order(StringComparer.Ordinal).Where(folder => File.Exists(Path.Combine(folder, FileName))).ToList();
        if (folders.Count > MaxServices) throw new Problem(ProblemKind.TooLarge, $"At most {MaxServices} services can be loaded.", directory);

        var (all, refused) = (new List<CdsService>(), new List<RefusedService>());
        foreach (var folder in folders)
        {
            var name = Path.GetFileName(folder);
            var problems = new PackageProblems();
            if (ReadOne(folder, name, models, problems) is { } service && Holds(service, folder, tried, problems))
            {
                all.Add(service);
                continue;
            }

            refused.Add(new RefusedService(name, problems.List()));
            if (earlier?.Find(name) is { } before) all.Add(before);
        }

        return new CdsServices(all, refused);
    }

    public CdsService? Find(string id) => _byId.GetValueOrDefault(id);

    /// <exception cref="Problem">NotFound, without repeating what was asked for.</exception>
    public CdsService Get(string id) => Find(id) ?? throw new Problem(ProblemKind.NotFound, "There is no CDS service of that id; GET /cds-services lists them.", "id");

    private static bool Holds(CdsService service, string folder, Action<CdsService, string, PackageProblems>? tried, PackageProblems problems)
    {
        tried?.Invoke(service, folder, problems);
        return problems.None;
    }

    private static CdsService? ReadOne(string folder, string name, ModelCatalogue models, PackageProblems problems)
    {
        if (ServiceYaml.Read(File.ReadAllText(Path.Combine(folder, FileName)), name, problems) is not { } read || !problems.None) return null;
        var bound = ModelBinding.Bind(read, models, problems);
        return problems.None ? bound : null;
    }
}

/// <summary>A folder that could not be loaded, and all that is wrong with it, as <c>file:line: what to do</c>.</summary>
public sealed record RefusedService(string Folder, IReadOnlyList<string> Reasons);
