using System.Collections.Frozen;
using DatacenterOst.Fhir;

namespace DatacenterOst.Store;

/// <summary>
/// The resource types of R4 as the numbers that the tables hold: a name in every row and every key would take most of an
/// index. The numbers are the places in the alphabetical list of R4, which is closed.
/// </summary>
internal static class ResourceTypes
{
    private static readonly FrozenDictionary<string, short> Numbers =
        FhirDefinitions.ResourceTypes.Select((name, place) => (name, place)).ToFrozenDictionary(type => type.name, type => (short)type.place, StringComparer.Ordinal);

    public static readonly short Patient = NumberOf("Patient");

    public static short NumberOf(string type) => Numbers[type];

    /// <summary>-1 for what is no type of R4: no row has it.</summary>
    public static short Find(string type) => Numbers.GetValueOrDefault(type, (short)-1);

    public static string NameOf(short number) => FhirDefinitions.ResourceTypes[number];
}
