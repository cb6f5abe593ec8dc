using System.Buffers;
using System.Text.Json;
using DatacenterOst.Fhir.Definitions;

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

    internal Resource(ReadOnlyMemory<byte> bytes, Node[] nodes) => (Bytes, Nodes) = (bytes, nodes);

    /// <summary>The resource type, "Observation".</summary>
    public string TypeName => Structures.Current.Types[Nodes[0].Type].Name;

    /// <summary>The logical id, or null where there is none.</summary>
    public string? Id => Root["id"].AsString();

    /// <summary>The element that stands for the resource itself.</summary>
    public Element Root => new(this, 0);

    /// <summary>The bytes that were parsed, as they came.</summary>
    public ReadOnlyMemory<byte> Source => Bytes;

    /// <summary>
    /// Reads one resource. The memory is kept, not copied: the caller must not change it afterwards.
    /// Throws <see cref="FhirFormatException"/> for anything that is not a resource of the base specification; cardinalities,
    /// invariants and bindings are the work of validation.
    /// </summary>
    public static Resource ParseJson(ReadOnlyMemory<byte> utf8) => JsonParser.Parse(utf8);

    /// <summary>The resource as JSON without blanks: order, decimals and unknown extensions as they came.</summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(Bytes.Length + 16);
        WriteJson(buffer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes the resource as JSON to the buffer.</summary>
    public void WriteJson(IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        WriteJson(writer);
    }

    /// <summary>Writes the resource as one JSON object to the writer.</summary>
    public void WriteJson(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        new JsonWriting(this, writer).Write(0);
    }

    public override string ToString() => Id is { } id ? $"{TypeName}/{id}" : TypeName;
}
