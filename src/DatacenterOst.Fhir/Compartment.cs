namespace DatacenterOst.Fhir;

/// <summary>
/// A compartment (FHIR R4, 5.2): for each resource type the search parameters by which a resource belongs to a Patient, Encounter, …
/// </summary>
public sealed record Compartment(string Name, IReadOnlyDictionary<string, IReadOnlyList<string>> Parameters)
{
    /// <summary>
    /// The ids of the patients (encounters, …) whose compartment the resource is in; for the patient itself its own id. Another
    /// server's patient, named by an absolute address, is none of ours.
    /// </summary>
    public IReadOnlySet<string> OwnersOf(Resource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var owners = new HashSet<string>(StringComparer.Ordinal);
        if (resource.TypeName == Name && resource.Id is { } own) owners.Add(own);
        foreach (var code in Parameters.GetValueOrDefault(resource.TypeName) ?? [])
        {
            if (SearchParameter.Find(resource.TypeName, code) is not { } parameter) continue;
            foreach (var value in parameter.ValuesOf(resource))
                if (value is ReferenceValue { Id: { } id, Base: null } reference && reference.Type == Name) owners.Add(id);
        }
        return owners;
    }
}
