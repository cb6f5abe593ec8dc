using DatacenterOst.Cards;
using DatacenterOst.Clinical;
using DatacenterOst.Store;

namespace DatacenterOst.Server;

/// <summary>
/// What the operator sets: <c>appsettings.json</c>, then the environment (<c>Store__Provider</c>, …), then the command line.
/// Secrets come from the environment or a file, never from source.
/// </summary>
public sealed record Settings
{
    public const string DefaultUrls = "http://127.0.0.1:5080";

    /// <summary>Sqlite (embedded, one file) or PostgreSql.</summary>
    public string Provider { get; init; } = "Sqlite";

    /// <summary>Needed for PostgreSql; for Sqlite the file lies in <see cref="Data"/>.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>Folder of the embedded store.</summary>
    public string Data { get; init; } = "dost-data";

    public string Urls { get; init; } = DefaultUrls;

    /// <summary>Folder that holds <c>models/</c>, <c>cds-hooks/</c>, <c>terminology/</c> and <c>sources/</c>.</summary>
    public string Content { get; init; } = Path.Combine(AppContext.BaseDirectory, "content");

    /// <summary>Port of the MLLP listener on loopback; null for none.</summary>
    public int? MllpPort { get; init; }

    /// <summary>Source profile that MLLP messages are read by.</summary>
    public string MllpProfile { get; init; } = "oru-r01";

    /// <summary>
    /// How CDS Hooks calls of this machine are read and answered. Nothing is fetched from an EHR unless its FHIR server is named
    /// (<c>CdsHooks__FhirServers</c>, with commas between).
    /// </summary>
    public ClientProfile Client { get; init; } = ClientProfile.Loopback;

    public static Settings Read(IConfiguration configuration)
    {
        var mode = configuration["Access:Mode"] ?? "Loopback";
        if (!string.Equals(mode, "Loopback", StringComparison.OrdinalIgnoreCase))
            throw new Problem(
                ProblemKind.Unsupported,
                $"Access mode '{mode}' is not available in this version; the only mode is Loopback, which answers this machine alone.",
                where: "Access__Mode");
        var defaults = new Settings();
        return new Settings
        {
            Provider = configuration["Store:Provider"] ?? defaults.Provider,
            ConnectionString = configuration["Store:ConnectionString"],
            Data = configuration["Data"] ?? defaults.Data,
            Urls = configuration["Urls"] ?? defaults.Urls,
            Content = configuration["Content"] ?? defaults.Content,
            MllpPort = Port(configuration["Mllp:Port"]),
            MllpProfile = configuration["Mllp:Profile"] ?? defaults.MllpProfile,
            Client = ClientOf(configuration),
        };
    }

    /// <summary>The store these settings name.</summary>
    public StoreSettings Store()
        => Enum.TryParse<StoreProvider>(Provider, ignoreCase: true, out var provider) && Enum.IsDefined(provider)
            ? new StoreSettings(provider, ConnectionString ?? "", Data)
            : throw new Problem(ProblemKind.Invalid, $"'{Provider}' is not a store; use Sqlite or PostgreSql.", where: "Store__Provider");

    private static ClientProfile ClientOf(IConfiguration configuration)
    {
        var servers = (configuration["CdsHooks:FhirServers"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return ClientProfile.Loopback with
        {
            Profile = configuration["CdsHooks:Profile"] is { Length: > 0 } profile ? ClientProfile.ProfileOf(profile) : AnswerProfile.Cds2,
            FhirServers = [.. servers.Select(server => Uri.TryCreate(server, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"
                ? parsed
                : throw new Problem(ProblemKind.Invalid, "A FHIR server is named by its absolute base URL.", where: "CdsHooks__FhirServers"))],
            TakesSystemActions = configuration["CdsHooks:SystemActions"] == "true",
        };
    }

    private static int? Port(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        return ushort.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var port)
            ? port
            : throw new Problem(ProblemKind.Invalid, $"'{text}' is not a TCP port (0 to 65535).", where: "Mllp__Port");
    }
}
