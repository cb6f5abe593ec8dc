using System.Collections.Concurrent;
using DatacenterOst.Fhir.Codes;
using DatacenterOst.Fhir.Validation;

namespace DatacenterOst.Fhir;

/// <summary>
/// StructureDefinitions (profiles and extensions), ValueSets and CodeSystems to validate with, by canonical address. Immutable.
/// </summary>
public sealed class ProfileLibrary
{
    private readonly Dictionary<string, Resource> definitions = new(StringComparer.Ordinal);
    // Profiles build on profiles; a circle of them would never end.
    private const int MaxBases = 32;
    private readonly Lock linking = new();
    private readonly ConcurrentDictionary<string, Profile> compiled = new(StringComparer.Ordinal);

    private ProfileLibrary(IEnumerable<Resource> resources)
    {
        var terminology = new List<string[]>();
        foreach (var resource in resources)
        {
            if (resource.Root["url"].AsString() is not { } url) continue;
            if (resource.TypeName == "StructureDefinition") definitions.TryAdd(url, resource);
            else if (resource.TypeName is "ValueSet" or "CodeSystem") terminology.AddRange(CodeRows.Of(resource));
        }
        Codes = terminology.Count == 0 ? CodeSets.Current : new CodeSets(terminology, CodeSets.Current);
    }

    /// <summary>A library without anything of its own.</summary>
    public static ProfileLibrary Empty { get; } = new([]);

    internal CodeSets Codes { get; }

    /// <summary>The addresses of all StructureDefinitions held.</summary>
    public IEnumerable<string> Urls => definitions.Keys;

    /// <summary>Makes a library of these resources; others than StructureDefinition, ValueSet and CodeSystem are passed over.</summary>
    public static ProfileLibrary Of(IEnumerable<Resource> resources) => new(resources);

    /// <summary>True where the StructureDefinition is held; "|version" is not looked at.</summary>
    public bool Contains(string url) => definitions.ContainsKey(Plain(url));

    /// <summary>Is there such a code in a code system held here or defined by HL7? Null where the system is not known.</summary>
    public bool? HasCode(string system, string code) => Codes.System(system)?.Contains(code);

    // Only what is held is compiled and kept: resources may name any profile.
    internal Profile? Find(string url) => definitions.TryGetValue(Plain(url), out var resource)
        ? compiled.GetOrAdd(Plain(url), static (_, definition) => new Profile(definition), resource)
        : null;

    /// <summary>The profile that a differential lies on, bound to it; null where the profile has a snapshot or the base is not held.</summary>
    internal Profile? BaseOf(Profile profile)
    {
        if (!profile.IsDifferential || Find(profile.BaseUrl) is not { } below) return null;
        if (profile.Below is not null) return below;
        lock (linking)
        {
            // From the bottom upwards, so that what lies in between is bound before.
            BindBelow(below, 0);
            if (profile.Below is null) profile.LayOn(below);
        }
        return below;
    }

    private void BindBelow(Profile profile, int depth)
    {
        if (depth >= MaxBases || profile.Below is not null || !profile.IsDifferential || Find(profile.BaseUrl) is not { } below) return;
        BindBelow(below, depth + 1);
        profile.LayOn(below);
    }

    private static string Plain(string url) => url.IndexOf('|', StringComparison.Ordinal) is var bar && bar >= 0 ? url[..bar] : url;
}
