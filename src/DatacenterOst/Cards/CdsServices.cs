using DatacenterOst.Clinical;

namespace DatacenterOst.Cards;

/// <summary>
/// All CDS services, as one immutable snapshot. A broken folder is refused with its reason and the others load; when an
/// earlier snapshot is at hand, the service that was good before goes on.
/// </summary>
public sealed class CdsServices
{
    public const string FileName = "service.yaml";

    /// <summary>A service is a page of text, not a data set.</summary>
    public const int MaxFileBytes = 256 * 1024;

    public const int MaxServices = 500;

    private readonly Dictionary<string, CdsService> _byId;

    private CdsServices(IReadOnlyList<CdsService> all, IReadOnlyList<RefusedService> refused)
    {
        All = all;
        Refused = refused;
        Discovery = Cards.Discovery.Write(all);
        _byId = all.ToDictionary(service => service.Id, StringComparer.Ordinal);
    }

    /// <summary>By id.</summary>
    public IReadOnlyList<CdsService> All { get; }

    public IReadOnlyList<RefusedService> Refused { get; }

    /// <summary>The body of <c>GET /cds-services</c>.</summary>
    public ReadOnlyMemory<byte> Discovery { get; }

    public static CdsServices Load(string directory, CdsServices? earlier = null)
    {
        if (!Directory.Exists(directory)) throw new Problem(ProblemKind.NotFound, "There is no such directory of CDS services.", directory);
        var folders = Directory.GetDirectories(directory).Order(StringComparer.Ordinal).Where(folder => File.Exists(Path.Combine(folder, FileName))).ToList();
        if (folders.Count > MaxServices) throw new Problem(ProblemKind.TooLarge, $"At most {MaxServices} services can be loaded.", directory);

        var (all, refused) = (new List<CdsService>(), new List<RefusedService>());
        foreach (var folder in folders)
        {
            var name = Path.GetFileName(folder);
            try
            {
                all.Add(ReadOne(folder, name));
            }
            catch (Problem problem)
            {
                refused.Add(new RefusedService(name, problem.Message, problem.Where ?? name));
                if (earlier?.Find(name) is { } before) all.Add(before);
            }
        }

        return new CdsServices(all, refused);
    }

    public CdsService? Find(string id) => _byId.GetValueOrDefault(id);

    /// <exception cref="Problem">NotFound, without repeating what was asked for.</exception>
    public CdsService Get(string id) => Find(id) ?? throw new Problem(ProblemKind.NotFound, "There is no CDS service of that id; GET /cds-services lists them.", "id");

    private static CdsService ReadOne(string folder, string name)
    {
        var path = Path.Combine(folder, FileName);
        var shown = $"{name}/{FileName}";
        if (new FileInfo(path).Length > MaxFileBytes) throw new Problem(ProblemKind.TooLarge, $"at most {MaxFileBytes} bytes.", shown);
        return ServiceYaml.Read(File.ReadAllText(path), shown, name);
    }
}

/// <summary>A folder that could not be loaded, where the mistake is, and what it is.</summary>
public sealed record RefusedService(string Folder, string Reason, string Where);
