using DatacenterOst.Fhir;

namespace DatacenterOst.Server.Fhir;

/// <summary>
/// CapabilityStatements as they were written last. They depend on the address that the caller uses and on the search parameters that
/// are known, and on nothing else; writing one takes 26 ms.
/// </summary>
public sealed class WrittenStatements
{
    /// <summary>Addresses and modes that are kept, some 2 MB each; a caller may name the server as it likes.</summary>
    private const int Most = 8;

    // Replaced whole. Two requests that come at once both write, and one of them is kept.
    private Snapshot current = new(SearchParameters.Standard, new Dictionary<(string Mode, string Base), ReadOnlyMemory<byte>>());

    /// <param name="known">A snapshot of the store's parameters; another one makes all statements anew.</param>
    public ReadOnlyMemory<byte> Of(string mode, string baseUrl, SearchParameters known, Func<ReadOnlyMemory<byte>> write)
    {
        var there = current;
        if (ReferenceEquals(there.Known, known) && there.Statements.TryGetValue((mode, baseUrl), out var statement))
            return statement;
        statement = write();
        var kept = ReferenceEquals(there.Known, known) && there.Statements.Count < Most ? there.Statements : new Dictionary<(string Mode, string Base), ReadOnlyMemory<byte>>();
        current = new Snapshot(known, new Dictionary<(string Mode, string Base), ReadOnlyMemory<byte>>(kept) { [(mode, baseUrl)] = statement });
        return statement;
    }

    private sealed record Snapshot(SearchParameters Known, IReadOnlyDictionary<(string Mode, string Base), ReadOnlyMemory<byte>> Statements);
}
