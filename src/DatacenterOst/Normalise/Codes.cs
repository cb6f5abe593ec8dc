using System.Collections.Concurrent;
using DatacenterOst.Clinical;
using DatacenterOst.Sources;
using DatacenterOst.Terminology;

namespace DatacenterOst.Normalise;

/// <summary>What a source's code means: an analysis group, or a standard code that stands for itself.</summary>
/// <param name="Code">Canonical code.</param>
/// <param name="FixedUnit">UCUM unit where the message gives none; empty where it must.</param>
/// <param name="Rule">The maps that were used, with version.</param>
internal sealed record CodeMeaning(Code Code, ConceptEntry? Entry, decimal? MolarMass, string FixedUnit, string Rule)
{
    public string Name { get; } = Entry?.Key ?? Code.ToString();
}

/// <summary>
/// Finds the first of a fact's codes that belongs to an analysis group – through the sender's local maps, then by
/// membership – and else the first that a standard system defines.
/// </summary>
internal sealed class Codes
{
    // Beyond this many different codes, meanings are looked up anew each time; results are the same.
    private const int MaxCached = 50_000;

    // No code system has longer codes; longer text is something else that was put in the field of the code.
    private const int MaxCodeLength = 200;

    private readonly TerminologySnapshot terminology;
    private readonly LocalMap[] maps;
    private readonly ConcurrentDictionary<Code, CodeMeaning?> meanings = new();

    public Codes(TerminologySnapshot terminology, SourceProfile profile)
    {
        this.terminology = terminology;
        maps = LocalMaps(terminology, profile);
    }

    public static LocalMap[] LocalMaps(TerminologySnapshot terminology, SourceProfile profile)
    {
        var found = new List<LocalMap>();
        foreach (var folder in profile.Maps)
        {
            if (terminology.FindMap(folder) is { } map) found.Add(map);
            // A folder that holds everywhere may be named too: it changes nothing.
            else if (!terminology.Sources.Any(s => s.Folder == folder))
                throw new Problem(ProblemKind.Invalid, $"the map '{folder}' is not a folder of terminology/ with a source.yaml", $"sources/{profile.Id}.yaml: maps");
        }
        return [.. found];
    }

    public Refusal? Find(RawFact fact, out CodeMeaning meaning, out Coding coding)
    {
        CodeMeaning? standard = null;
        var standardCoding = -1;
        for (var i = 0; i < fact.Codings.Count; i++)
        {
            coding = fact.Codings[i];
            var found = Find(coding.Code);
            if (found?.Entry is not null)
            {
                meaning = found;
                return null;
            }
            if (found is null || standard is not null) continue;
            (standard, standardCoding) = (found, i);
        }
        (meaning, coding) = standard is null ? (null!, null!) : (standard, fact.Codings[standardCoding]);
        return standard is null ? Unmapped(fact) : null;
    }

    private CodeMeaning? Find(Code code)
    {
        if (string.IsNullOrEmpty(code.Value) || code.System is null || code.Value.Length > MaxCodeLength) return null;
        if (meanings.TryGetValue(code, out var meaning)) return meaning;
        meaning = Look(code);
        if (meanings.Count < MaxCached) meanings.TryAdd(code, meaning);
        return meaning;
    }

    private CodeMeaning? Look(Code code)
    {
        foreach (var map in maps)
        {
            if ((map.FindCode(code) ?? map.FindCode(terminology.Canonical(code))) is not { } local) continue;
            var target = Stand(local.Target, local.Rule);
            return target is null || local.Unit.Length == 0 ? target : target with { FixedUnit = local.Unit };
        }
        return Stand(code, null);
    }

    private CodeMeaning? Stand(Code code, string? via)
    {
        if (terminology.FindMember(code) is { } member)
            return new CodeMeaning(member.Entry.Concept.Code, member.Entry, member.MolarMass, member.Unit, via is null ? member.Rule : $"{via}; {member.Rule}");
        var canonical = terminology.Canonical(code);
        if (!terminology.IsStandard(canonical.System)) return null;
        if (MedicineOfSks(canonical) is { } medicine) return new CodeMeaning(medicine, null, null, "", Rules.Join(via, "sks-atc@1"));
        return new CodeMeaning(canonical, null, null, "", via ?? "");
    }

    // SKS writes an ATC code with M before it: MJ05AB14 is J05AB14 (Danish Health Data Authority, SKS browser, chapter M).
    private static Code? MedicineOfSks(Code code) =>
        code.System == CodeSystems.Sks && code.Value is ['M', >= 'A' and <= 'V', >= '0' and <= '9', >= '0' and <= '9', ..]
            ? new Code(CodeSystems.Atc, code.Value[1..])
            : null;

    private static Refusal Unmapped(RawFact fact)
    {
        if (fact.Codings.Count == 0 || string.IsNullOrEmpty(fact.Codings[0].Code.Value))
            return new Refusal(RejectionReasons.CodeMissing, "the result has no code; name the field that holds it in the source profile", "");
        var code = fact.Codings[0].Code;
        return new Refusal(RejectionReasons.CodeUnmapped, $"{code} is in no map of this source and in no standard code system; add it to a map under terminology/ and replay", code.ToString());
    }
}
