namespace DatacenterOst.Cards.Ehr;

/// <summary>
/// What a token may read, by its SMART scopes: version 1 (<c>patient/Observation.read</c>, <c>user/*.*</c>) and version 2
/// (<c>patient/Observation.rs</c>, SMART App Launch 2.2, Scopes). What is not understood, such as a vendor's own scopes, is ignored:
/// it allows nothing and forbids nothing.
/// </summary>
public sealed class SmartScopes
{
    /// <summary>Longer texts are cut there; what is cut away allows nothing.</summary>
    public const int MaxLength = 20_000;

    private readonly HashSet<string> reads = new(StringComparer.Ordinal);
    private readonly HashSet<string> searches = new(StringComparer.Ordinal);

    private SmartScopes()
    {
    }

    /// <summary>True when a scope is limited to one patient (<c>patient/…</c>); the EHR should then say which (cds-r-2).</summary>
    public bool IsOfOnePatient { get; private set; }

    public static SmartScopes Parse(string scope)
    {
        var scopes = new SmartScopes();
        foreach (var one in scope[..Math.Min(scope.Length, MaxLength)].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            scopes.Add(one);
        return scopes;
    }

    public bool MayRead(string type) => reads.Contains(type) || reads.Contains("*");

    public bool MaySearch(string type) => searches.Contains(type) || searches.Contains("*");

    private void Add(string scope)
    {
        // A scope with a query lets only a part through; what would be searched by it would be a part that looks like the whole.
        var slash = scope.IndexOf('/', StringComparison.Ordinal);
        var dot = scope.LastIndexOf('.');
        if (slash < 0 || dot < slash || scope.Contains('?', StringComparison.Ordinal)) return;
        if (scope[..slash] is not ("patient" or "user" or "system")) return;
        var (type, rights) = (scope[(slash + 1)..dot], scope[(dot + 1)..]);
        var (mayRead, maySearch) = rights switch
        {
            "read" or "*" => (true, true),
            _ when rights.Length > 0 && rights.All(right => "cruds".Contains(right, StringComparison.Ordinal)) => (rights.Contains('r', StringComparison.Ordinal), rights.Contains('s', StringComparison.Ordinal)),
            _ => (false, false),
        };
        if (mayRead) reads.Add(type);
        if (maySearch) searches.Add(type);
        if (scope.StartsWith("patient/", StringComparison.Ordinal) && (mayRead || maySearch)) IsOfOnePatient = true;
    }
}
