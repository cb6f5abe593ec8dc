using DatacenterOst.Fhir.Codes;
using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir;

/// <summary>What the specification itself defines: types, value sets, compartments, operations. Loaded when first asked for.</summary>
public static class FhirDefinitions
{
    private static readonly Lazy<(Compartment[] Compartments, Operation[] Operations)> Loaded = new(LoadOperations);

    /// <summary>The version of FHIR, "4.0.1".</summary>
    public const string Version = "4.0.1";

    /// <summary>The names of the resource types that can be instantiated, in order.</summary>
    public static IReadOnlyList<string> ResourceTypes { get; } = Names(TypeKind.Resource);

    /// <summary>The names of the data types with elements of their own, in order.</summary>
    public static IReadOnlyList<string> ComplexTypes { get; } = Names(TypeKind.Complex);

    /// <summary>The names of the primitive types, in order.</summary>
    public static IReadOnlyList<string> PrimitiveTypes { get; } = Names(TypeKind.Primitive);

    /// <summary>Patient, Encounter, RelatedPerson, Practitioner and Device.</summary>
    public static IReadOnlyList<Compartment> Compartments => Loaded.Value.Compartments;

    /// <summary>The operations that the specification defines ($everything, $validate, …).</summary>
    public static IReadOnlyList<Operation> Operations => Loaded.Value.Operations;

    /// <summary>True for the name of a resource type that can be instantiated.</summary>
    public static bool IsResourceType(string name) => Structures.Current.Type(name) is { IsResource: true, IsAbstract: false };

    /// <summary>Is the code in the value set? A null system means a bare code; null comes back where the specification does not know (SNOMED CT, LOINC, …).</summary>
    public static bool? IsInValueSet(string valueSet, string? system, string code) => CodeSets.Current.Contains(valueSet, system, code);

    /// <summary>True for the address of a value set that the specification defines with all its codes; "|version" is not looked at.</summary>
    public static bool HasValueSet(string url) => CodeSets.Current.Set(url.Split('|')[0])?.IsDecided(CodeSets.Current) == true;

    /// <summary>True for the address of a code system whose codes the specification defines.</summary>
    public static bool HasCodeSystem(string url) => CodeSets.Current.System(url) is not null;

    /// <summary>The display of a code; null where the system's codes are not known or the code is not one of them.</summary>
    public static string? Display(string system, string code) => CodeSets.Current.System(system)?.Display(code);

    private static string[] Names(TypeKind kind) => [.. Structures.Current.Types.Where(t => t.Kind == kind && !t.IsAbstract).Select(t => t.Name).Order(StringComparer.Ordinal)];

    private static (Compartment[], Operation[]) LoadOperations()
    {
        var rows = DefinitionFile.Rows("operations.tsv").ToList();
        var compartments = rows.Where(r => r[0] == "C").GroupBy(r => r[1]).Select(g => new Compartment(g.Key, g.ToDictionary(r => r[2], r => (IReadOnlyList<string>)r[3].Split(' '), StringComparer.Ordinal)));
        var operations = new List<Operation>();
        var parameters = new List<OperationParameter>();
        foreach (var row in Enumerable.Reverse(rows))
        {
            if (row[0] == "P") parameters.Insert(0, new OperationParameter(row[1], row[2], row[3], row[4], row[5]));
            if (row[0] != "O") continue;
            operations.Insert(0, new Operation(row[1], row[2], row[4], row[5].Split(' ', StringSplitOptions.RemoveEmptyEntries)) { AffectsState = row[6] == "1", Title = row[7], Parameters = [.. parameters] });
            parameters.Clear();
        }
        return ([.. compartments], [.. operations]);
    }
}
