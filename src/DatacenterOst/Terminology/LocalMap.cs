using System.Collections.Frozen;
using DatacenterOst.Clinical;

namespace DatacenterOst.Terminology;

/// <summary>A local code's meaning: the code of a standard system, and the unit where the sender gives none.</summary>
/// <param name="Unit">UCUM; empty where the sender must give it.</param>
public sealed record LocalCode(Code Target, string Unit, string Rule);

/// <summary>The code, unit and word maps of one folder below <c>terminology/</c>, that hold only for senders that name it.</summary>
public sealed class LocalMap
{
    private readonly FrozenDictionary<Code, LocalCode> codes;
    private readonly FrozenDictionary<string, UnitSpelling> units;
    private readonly FrozenDictionary<string, ResultWord> words;

    internal LocalMap(string folder, Dictionary<Code, LocalCode> codes, Dictionary<string, UnitSpelling> units, Dictionary<string, ResultWord> words)
    {
        Folder = folder;
        this.codes = codes.ToFrozenDictionary();
        this.units = units.ToFrozenDictionary(StringComparer.Ordinal);
        this.words = words.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    public string Folder { get; }

    public LocalCode? FindCode(Code code) => codes.GetValueOrDefault(code);

    public UnitSpelling? FindUnit(string spelling) => units.TryGetValue(spelling, out var unit) ? unit : null;

    public ResultWord? FindWord(string word) => words.TryGetValue(word, out var meaning) ? meaning : null;
}
