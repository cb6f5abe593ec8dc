using System.Buffers;
using System.Text;
using System.Text.Json;
using DatacenterOst.Fhir.Definitions;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.Fhir;

/// <summary>
/// A resource with some of its elements, for <c>_summary</c> and <c>_elements</c> (FHIR R4, 3.1.1.5.8 and 3.1.1.5.9). Mandatory
/// elements, id, meta, and what may change the meaning of the rest (implicitRules, modifierExtension) are always kept, and
/// meta.tag says SUBSETTED, so that nobody takes the part for the whole.
/// </summary>
public static class ElementSubset
{
    /// <summary>The part of the resource that the search asks for; <c>_summary</c> goes before <c>_elements</c>. All of it where neither is asked.</summary>
    public static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> json, SummaryMode summary, IReadOnlyList<string> elements)
    {
        ArgumentNullException.ThrowIfNull(elements);
        return summary is SummaryMode.False or SummaryMode.Count && elements.Count == 0 ? json : Of(Resource.ParseJson(json), summary, elements);
    }

    /// <summary>The part of the resource that the search asks for, as JSON without blanks.</summary>
    public static ReadOnlyMemory<byte> Of(Resource resource, SummaryMode summary, IReadOnlyList<string> elements)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(elements);
        var type = resource.Root.Definition;
        if (summary is SummaryMode.False or SummaryMode.Count && elements.Count == 0) return resource.Source;
        var asked = elements.Select(e => Find(type, e)).OfType<ElementDefinition>().ToHashSet();
        Func<ElementDefinition, bool> keeps = summary switch
        {
            SummaryMode.True => e => IsKept(e) || e.IsSummary,
            SummaryMode.Text => e => IsKept(e) || e.Name == "text",
            SummaryMode.Data => e => e.Name != "text",
            _ => e => IsKept(e) || asked.Contains(e),
        };
        var output = new ArrayBufferWriter<byte>(resource.Source.Length + 256);
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true, MaxDepth = Resource.MaxDepth + 4 }))
        {
            var writing = new SubsetWriting(resource, writer, keeps);
            if (summary == SummaryMode.True) writing.WriteSummary();
            else writing.WriteRoot();
        }
        return output.WrittenMemory;
    }

    /// <summary>The root element by its name ("value") or its JSON name ("valueQuantity"); null where the type has none such.</summary>
    internal static ElementDefinition? Find(TypeDefinition type, string name) =>
        type.Element(name) ?? type.Properties(Structures.Current).Find(Encoding.UTF8.GetBytes(name))?.Element;

    private static bool IsKept(ElementDefinition element) => element.Min > 0 || element.Name is "modifierExtension" or "implicitRules" || (element.Parent.IsResource && element.Name is "id" or "meta");
}
