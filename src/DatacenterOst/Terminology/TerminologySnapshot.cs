using System.Collections.Frozen;
using DatacenterOst.Clinical;

namespace DatacenterOst.Terminology;

/// <summary>A folder of <c>terminology/</c> and what it says of itself.</summary>
public sealed record TerminologySource(string Folder, SourceManifest Manifest);

/// <summary>
/// All of <c>terminology/</c> as it was at one moment: immutable, and replaced whole when the folder changes.
/// </summary>
public sealed class TerminologySnapshot
{
    private readonly FrozenDictionary<string, ConceptEntry> byKey;
    private readonly FrozenDictionary<Code, Member> members;
    private readonly FrozenDictionary<string, LocalMap> maps;
    private readonly FrozenDictionary<string, UnitSpelling> units;
    private readonly FrozenDictionary<string, ResultWord> words;
    private readonly FrozenDictionary<Code, ResultWord> answers;
    private readonly FrozenDictionary<string, string> systems;

    private TerminologySnapshot(TerminologyReader read)
    {
        byKey = read.Entries.ToFrozenDictionary(StringComparer.Ordinal);
        members = read.Members.ToFrozenDictionary();
        maps = read.Maps.ToFrozenDictionary(StringComparer.Ordinal);
        units = read.Units.ToFrozenDictionary(StringComparer.Ordinal);
        words = read.Words.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        answers = read.Answers.ToFrozenDictionary();
        systems = read.Systems.ToFrozenDictionary(StringComparer.Ordinal);
        MolarMasses = read.MolarMasses.ToFrozenDictionary(StringComparer.Ordinal);
        Sources = read.Sources;
        Concepts = [.. byKey.Values.OrderBy(e => e.Key, StringComparer.Ordinal)];
    }

    public IReadOnlyList<TerminologySource> Sources { get; }

    /// <summary>g/mol of each substance by its key: <c>glucose</c>.</summary>
    public IReadOnlyDictionary<string, decimal> MolarMasses { get; }

    /// <summary>All analysis groups, by key.</summary>
    public IReadOnlyList<ConceptEntry> Concepts { get; }

    /// <summary>
    /// Reads every folder that has a <c>source.yaml</c>. Throws <see cref="Problem"/> with file and line for a table
    /// that is wrong, changed behind its checksum, or at odds with another one.
    /// </summary>
    public static TerminologySnapshot Load(string directory)
    {
        var reader = new TerminologyReader();
        reader.Read(directory);
        return new TerminologySnapshot(reader);
    }

    public ConceptEntry? FindByKey(string key) => byKey.GetValueOrDefault(key);

    /// <summary>The analysis group that a code of a standard system belongs to.</summary>
    public ConceptEntry? FindByCode(Code code) => FindMember(code)?.Entry;

    /// <summary>The code as a member of its group; the code system may go by any of its names.</summary>
    public Member? FindMember(Code code) =>
        members.TryGetValue(code, out var member) || members.TryGetValue(Canonical(code), out member) ? member : null;

    /// <summary>The map of a folder, for senders that name it; null where there is none.</summary>
    public LocalMap? FindMap(string folder) => maps.GetValueOrDefault(folder);

    public UnitSpelling? FindUnit(string spelling) => units.TryGetValue(spelling, out var unit) ? unit : null;

    /// <summary>What a result in words means; upper and lower case are the same.</summary>
    public ResultWord? FindWord(string word) => words.TryGetValue(word, out var meaning) ? meaning : null;

    public ResultWord? FindAnswer(Code code) => answers.TryGetValue(Canonical(code), out var meaning) ? meaning : null;

    /// <summary>True for systems whose codes may stand as concepts of their own.</summary>
    public bool IsStandard(string system) => systems.ContainsKey(system);

    /// <summary>The code under the one name of its system: NPU of older Danish messages under NPU's own URI.</summary>
    public Code Canonical(Code code) =>
        code.System is not null && systems.TryGetValue(code.System, out var uri) && uri != code.System ? code with { System = uri } : code;
}
