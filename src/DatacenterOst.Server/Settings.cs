using DatacenterOst.Cards;
using DatacenterOst.Cards.Records;
using DatacenterOst.Clinical;
using DatacenterOst.Models;
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

    /// <summary>The longest that one search, batch or transaction may take; what is not done by then is refused (422, too-costly).</summary>
    public TimeSpan LongestAnswer { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The https address that CDS clients call, where it is not the address on this machine; their tokens are made out to it.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>Whether the rules of production hold; null for whether others than this machine are meant to call.</summary>
    public bool? Production { get; init; }

    /// <summary>Lets programs on this machine call the CDS service without a token although clients are registered.</summary>
    public bool LoopbackWithoutToken { get; init; }

    /// <summary>PEM file with the server's certificate and those between it and its root; and one with its private key.</summary>
    public string? TlsCertificate { get; init; }

    public string? TlsKey { get; init; }

    /// <summary>Folders with registrations of CDS clients, <c>ID.yaml</c> each.</summary>
    public IReadOnlyList<string> ClientFolders => [Path.Combine(Content, "clients"), Path.Combine(Data, "clients")];

    /// <summary>Folder with the public keys (<c>NAME.pem</c>) whose signatures model packages may have; null for none.</summary>
    public string? ModelKeys { get; init; }

    /// <summary>Whether a model package without a signature of one of the keys is refused, those that came with the product among them.</summary>
    public bool RequiresSignedModels { get; init; }

    /// <summary>Whose calibration is used where a model package has several; empty for the general one.</summary>
    public string ModelSite { get; init; } = "";

    /// <summary>How long a CDS Hooks call may take; what is not ready by then is left out.</summary>
    public TimeSpan HookBudget { get; init; } = InTime.Usual;

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
            HookBudget = Budget(configuration["Cds:BudgetMilliseconds"]) ?? defaults.HookBudget,
            MllpPort = Port(configuration["Mllp:Port"]),
            LongestAnswer = Seconds(configuration["Limits:Seconds"]) ?? defaults.LongestAnswer,
            MllpProfile = configuration["Mllp:Profile"] ?? defaults.MllpProfile,
            PublicUrl = configuration["Cds:PublicUrl"],
            Production = YesOrNo(configuration, "Cds:Production"),
            LoopbackWithoutToken = YesOrNo(configuration, "Cds:LoopbackWithoutToken") ?? false,
            TlsCertificate = configuration["Tls:Certificate"],
            TlsKey = configuration["Tls:Key"],
            ModelKeys = configuration["Models:Keys"],
            RequiresSignedModels = YesOrNo(configuration, "Models:RequireSignature") ?? false,
            ModelSite = configuration["Models:Site"] ?? defaults.ModelSite,
            Client = ClientOf(configuration),
        };
    }

    /// <summary>The store these settings name.</summary>
    public StoreSettings Store()
        => Enum.TryParse<StoreProvider>(Provider, ignoreCase: true, out var provider) && Enum.IsDefined(provider)
            ? new StoreSettings(provider, ConnectionString ?? "", Data)
            : throw new Problem(ProblemKind.Invalid, $"'{Provider}' is not a store; use Sqlite or PostgreSql.", where: "Store__Provider");

    /// <summary>What this place decides of model packages.</summary>
    /// <exception cref="Problem">Invalid: signatures are required and no keys are named; or a key is none.</exception>
    public PackageSettings Packages() => (ModelKeys, RequiresSignedModels) switch
    {
        ({ } folder, _) => new PackageSettings(ModelSite, SignatureRule.Read(folder, RequiresSignedModels)),
        (null, true) => throw new Problem(ProblemKind.Invalid, "signatures are required, so say in Models__Keys where the public keys are", where: "Models__RequireSignature"),
        _ => new PackageSettings(ModelSite, SignatureRule.None),
    };

    // An hour is longer than anybody waits, and a limit all the same.
    private static TimeSpan? Seconds(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        return double.TryParse(text, System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 3600
            ? TimeSpan.FromSeconds(seconds)
            : throw new Problem(ProblemKind.Invalid, $"'{text}' is not a number of seconds (above 0, at most 3600).", where: "Limits__Seconds");
    }

    private static bool? YesOrNo(IConfiguration configuration, string name) => configuration[name] switch
    {
        null or "" => null,
        { } text when bool.TryParse(text, out var yes) => yes,
        { } text => throw new Problem(ProblemKind.Invalid, $"'{text}' is neither true nor false.", where: name.Replace(":", "__", StringComparison.Ordinal)),
    };

    private static TimeSpan? Budget(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        return int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var budget) && budget is >= CdsService.LeastBudget and <= CdsService.MostBudget
            ? TimeSpan.FromMilliseconds(budget)
            : throw new Problem(ProblemKind.Invalid, $"'{text}' is not a number of milliseconds from {CdsService.LeastBudget} to {CdsService.MostBudget}.", where: "Cds__BudgetMilliseconds");
    }

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
