using System.Text.RegularExpressions;

namespace DatacenterOst.Access.Clients;

/// <summary>Whether a registration holds. Everything that is wrong is said, not only the first thing.</summary>
internal static partial class ClientCheck
{
    /// <summary>Entries of a list, and characters of a text, in a registration.</summary>
    private const int MaxEntries = 100, MaxText = 1_000;

    public static CdsClient? Of(ClientDocument document, List<string> reasons)
    {
        var before = reasons.Count;
        if (!IdShape().IsMatch(document.Id))
            reasons.Add("'id' is missing, or not of small letters, digits, - and . only (at most 64)");
        Need(document.Name, "name", reasons);
        Need(document.Issuer, "issuer", reasons);
        Texts(document, reasons);
        var keys = document.Jwks is { } set ? KeySetReading.Read(set, reasons) : [];
        var algorithms = AlgorithmsOf(document, reasons);
        if (keys.Count == 0 && document.Jku.Count == 0 && document.Jwks is null)
            reasons.Add("neither 'jwks' nor 'jku' is given: there would be no key to verify a token with");
        foreach (var key in keys.Where(key => !algorithms.Any(key.Fits)))
            reasons.Add($"key '{key.Id}' ({key.Shape}) fits none of the algorithms {string.Join(", ", algorithms)}; name its algorithm in 'algorithms'");
        if (document.Language is not (null or "da" or "en"))
            reasons.Add("'language' must be da or en");
        if (document.Strictness is not ("strict" or "lenient"))
            reasons.Add("'strictness' must be strict or lenient");
        var profile = ProfileOf(document.Profile, reasons);
        var rate = RateOf(document.Rate, reasons);
        return reasons.Count > before ? null : new CdsClient
        {
            Id = document.Id,
            Name = document.Name,
            Issuer = document.Issuer,
            Algorithms = algorithms,
            Keys = keys,
            KeySets = document.Jku,
            Tenants = document.Tenants,
            Audiences = document.Audiences,
            Services = document.Services,
            Origins = document.Origins,
            FhirServers = document.FhirServers,
            Profile = profile,
            Language = document.Language,
            IsLenient = document.Strictness == "lenient",
            UsesOwnStore = document.UsesOwnStore,
            Rate = rate,
            Certificates = [.. document.Certificates.Select(Thumbprint)],
        };
    }

    private static void Texts(ClientDocument document, List<string> reasons)
    {
        Each(document.Jku, "jku", "an absolute https address (http on this machine only, for tests)", IsKeySet, reasons);
        Each(document.Tenants, "tenants", "a text", text => text.Length > 0, reasons);
        Each(document.Audiences, "audiences", "a text", text => text.Length > 0, reasons);
        Each(document.Services, "services", "the id of a CDS service", text => IdShape().IsMatch(text), reasons);
        Each(document.Origins, "origins", "an origin as browsers write it, such as https://ehr.example.org, never *", IsOrigin, reasons);
        Each(document.FhirServers, "fhirServers", "a host, with port where it is not the usual one, such as fhir.example.org", IsHost, reasons);
        Each(document.Certificates, "certificates", "the SHA-256 thumbprint of a certificate, 64 hexadecimal digits",
            text => ThumbprintShape().IsMatch(Thumbprint(text)), reasons);
    }

    private static void Each(IReadOnlyList<string> texts, string key, string expected, Predicate<string> holds, List<string> reasons)
    {
        if (texts.Count > MaxEntries)
            reasons.Add($"'{key}' has more than {MaxEntries} entries");
        foreach (var text in texts.Take(MaxEntries).Where(text => text is null || text.Length > MaxText || !holds(text)))
            reasons.Add($"'{key}' holds '{Shown(text)}', and must hold {expected}");
    }

    private static void Need(string text, string key, List<string> reasons)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaxText)
            reasons.Add($"'{key}' is missing, or longer than {MaxText} characters");
    }

    private static List<SigningAlgorithm> AlgorithmsOf(ClientDocument document, List<string> reasons)
    {
        var algorithms = new List<SigningAlgorithm>();
        foreach (var name in document.Algorithms.Take(MaxEntries))
        {
            if (SigningAlgorithms.Find(name) is { } algorithm)
                algorithms.Add(algorithm);
            else
                reasons.Add($"'algorithms' holds '{Shown(name)}', and may hold ES384, RS384, ES256, RS256, PS384; symmetric ones and none are forbidden (CDS Hooks, JWT Signing Algorithm)");
        }

        return document.Algorithms.Count == 0 ? [.. SigningAlgorithms.Recommended] : algorithms;
    }

    private static HooksProfile ProfileOf(string profile, List<string> reasons)
    {
        switch (profile)
        {
            case "1.0": return HooksProfile.V1;
            case "2.0": return HooksProfile.V2;
            case "3.0": return HooksProfile.V3;
            case "epic": return HooksProfile.Epic;
        }

        reasons.Add("'profile' must be 1.0, 2.0, 3.0 or epic");
        return HooksProfile.V2;
    }

    private static ClientRate RateOf(ClientRateDocument? rate, List<string> reasons)
    {
        if (rate is null)
            return ClientRate.Usual;
        if (rate.PerSecond is < 1 or > ClientRate.Most || rate.Burst is < 1 or > ClientRate.Most)
            reasons.Add($"'rate' needs perSecond and burst from 1 to {ClientRate.Most}");
        return new ClientRate(rate.PerSecond, rate.Burst);
    }

    private static bool IsKeySet(string text)
        => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.UserInfo.Length == 0 && url.Fragment.Length == 0
            && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));

    // What a browser sends: scheme, host and port, without even a slash.
    private static bool IsOrigin(string text)
        => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" && url!.GetLeftPart(UriPartial.Authority) == text;

    private static bool IsHost(string text) => Uri.TryCreate("https://" + text, UriKind.Absolute, out var url) && url.Authority.Equals(text, StringComparison.OrdinalIgnoreCase);

    private static string Thumbprint(string text) => text.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();

    private static string Shown(string? text) => text is null ? "" : text.Length > 60 ? text[..60] + "…" : text;

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.\-]{0,63}\z")]
    private static partial Regex IdShape();

    [GeneratedRegex(@"\A[0-9a-f]{64}\z")]
    private static partial Regex ThumbprintShape();
}
