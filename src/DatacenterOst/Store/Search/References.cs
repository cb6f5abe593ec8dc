using DatacenterOst.Fhir;

namespace DatacenterOst.Store.Search;

/// <summary>What a resource refers to on this server.</summary>
internal static class References
{
    public static IEnumerable<(string Type, string Id)> Of(Resource resource, SearchParameter parameter) =>
        parameter.ValuesOf(resource).OfType<ReferenceValue>().Where(value => value is { Base: null, Type: not null, Id: not null })
            .Select(value => (value.Type!, value.Id!));

    /// <summary>By all reference parameters of its type.</summary>
    public static IEnumerable<(string Type, string Id)> Of(Resource resource, SearchParameters known) =>
        known.Of(resource.TypeName).Where(parameter => parameter.Type == SearchType.Reference).SelectMany(parameter => Of(resource, parameter)).Distinct();
}
