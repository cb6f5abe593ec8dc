using System.Buffers;
using System.Text.Json;
using DatacenterOst.Fhir.Definitions;
using DatacenterOst.Fhir.Xml;

namespace DatacenterOst.Fhir;

/// <summary>
/// A parsed FHIR R4 resource: the bytes it was read from and one flat table over them. Immutable and safe to share between threads.
/// </summary>
public sealed class Resource
{
    /// <summary>Deepest nesting of JSON objects and arrays that is read; HL7's deepest example has 24 levels.</summary>
    public const int MaxDepth = 128;

    /// <summary>Largest resource that is read, in bytes; larger bundles are read entry by entry with <see cref="BundleReader"/>.</summary>
    public const int MaxBytes = 256 * 1024 * 1024;

    internal readonly ReadOnlyMemory<byte> Bytes;
    internal readonly Node[] Nodes;
    private readonly (int Line, int Column)[]? xmlPlaces;
    private RootIndex? rootIndex;

    internal Resource(ReadOnlyMemory<byte> bytes, Node[] nodes, (int Line, int Column)[]? xmlPlaces = null) => (Bytes, Nodes, this.xmlPlaces) = (bytes, nodes, xmlPlaces);

    /// <summary>The resource type, "Observation".</summary>
    public string TypeName => Structures.Current.Types[Nodes[0].Type].Name;

    /// <summary>The logical id, or null where there is none.</summary>
    public string? Id => Root["id"].AsString();

    /// <summary>The element that stands for the resource itself.</summary>
    public Element Root => new(this, 0);

    /// <summary>Null until expressions are evaluated; then lookups by name use it as well.</summary>
    internal RootIndex? RootIndex => rootIndex;

    // Two threads may both make it; either is right.
    internal void IndexRoot() => rootIndex ??= RootIndex.Of(Nodes);

    /// <summary>The JSON that was parsed, as it came; for a resource from XML, the JSON made of it.</summary>
    public ReadOnlyMemory<byte> Source => Bytes;

    /// <summary>
    /// Reads one resource. The memory is kept, not copied: the caller must not change it afterwards.
    /// Throws <see cref="FhirFormatException"/> for anything that is not a resource of the base specification; cardinalities,
    /// invariants and bindings are the work of validation.
    /// </summary>
    public static Resource ParseJson(ReadOnlyMemory<byte> utf8) => JsonParser.Parse(utf8);

    /// <summary>Reads one resource from XML (UTF-8; no DTD). Lines and columns are those of the XML.</summary>
    public static Resource ParseXml(ReadOnlyMemory<byte> utf8) => XmlResourceReader.Parse(utf8);

    /// <summary>The resource as XML, elements in the order of the specification.</summary>
    public byte[] ToXml(bool indented = false) => XmlResourceWriter.Write(this, indented);

    internal Resource WithPlaces((int Line, int Column)[] places) => new(Bytes, Nodes, places);

    internal int LineOf(int index) => xmlPlaces is null ? TextPlace.LineOf(Bytes.Span, Nodes[index].Start) : xmlPlaces[index].Line;

    // A string begins at its quotation mark, as the errors of parsing count it.
    internal int ColumnOf(int index) =>
        xmlPlaces is null ? TextPlace.Of(Bytes.Span, Nodes[index].Start - ((Nodes[index].Flags & NodeFlags.Text) != 0 ? 1 : 0)).Column : xmlPlaces[index].Column;

    /// <summary>A resource inside this one as one of its own: the same nodes in the same order, so that the places of XML go along.</summary>
    internal Resource Inner(int index)
    {
        ref readonly var node = ref Nodes[index];
        var inner = ParseJson(Bytes.Slice(node.Start, node.Length));
        return xmlPlaces is null ? inner : inner.WithPlaces(xmlPlaces[index..node.Next]);
    }

    /// <summary>The resource as JSON without blanks: order, decimals and unknown extensions as they came.</summary>
    public byte[] ToJson() => CompactJson.ToArray(this);

    /// <summary>Writes the resource as JSON without blanks to the buffer.</summary>
    public void WriteJson(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(ToJson());
    }

    /// <summary>Writes the resource as one JSON object to the writer, indented where the writer indents.</summary>
    public void WriteJson(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (writer.Options.Indented) new JsonWriting(this, writer).Write(0);
        else writer.WriteRawValue(ToJson(), skipInputValidation: true);
    }

    /// <summary>A short text for people; not meant to be read by programs.</summary>
    public override string ToString() => Id is { } id ? $"{TypeName}/{id}" : TypeName;
}
