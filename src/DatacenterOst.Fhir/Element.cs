using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir;

/// <summary>
/// One element of a <see cref="Resource"/>, 16 bytes, nothing copied. Asking for what is not there gives an element with
/// <see cref="Exists"/> false, never an exception, so that <c>root["code"]["coding"]["code"].AsString()</c> is always safe.
/// </summary>
public readonly struct Element
{
    private readonly Resource? owner;
    private readonly int index;

    internal Element(Resource owner, int index) => (this.owner, this.index) = (owner, index);

    internal Resource? Owner => owner;
    internal int Index => index;
    internal ref readonly Node Node => ref owner!.Nodes[index];
    internal TypeDefinition Definition => Structures.Current.Types[Node.Type];
    internal Slot Slot => Structures.Current.Slots[Node.Slot];

    /// <summary>False for what was asked for and is not there.</summary>
    public bool Exists => owner is not null;

    /// <summary>The element's name as FHIRPath says it: "value" for valueQuantity; the type's name for a resource's root.</summary>
    public string Name => owner is null ? "" : index == 0 ? owner.TypeName : Slot.Element.Name;

    /// <summary>The FHIR type, "Quantity"; "BackboneElement" for nested groups; empty where nothing exists.</summary>
    public string TypeName => owner is null ? "" : Definition.FhirName;

    /// <summary>True for a primitive that has a value, not only extensions.</summary>
    public bool HasValue => owner is not null && (Node.Flags & (NodeFlags.Object | NodeFlags.Null)) == 0;

    /// <summary>The line in the source on which the element begins, from 1.</summary>
    public int Line => owner is null ? 0 : owner.LineOf(index);

    /// <summary>The column in that line, in characters from 1; 0 for nothing.</summary>
    public int Column => owner is null ? 0 : owner.ColumnOf(index);

    /// <summary>The first child of that name; choices by their base name ("value") or their JSON name ("valueQuantity").</summary>
    public Element this[string name]
    {
        get
        {
            foreach (var child in Children(name)) return child;
            return default;
        }
    }

    /// <summary>The children of that name, in order; choices by their base name or their JSON name. Allocates nothing.</summary>
    public ElementChildren Children(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (owner is null) return default;
        var id = Structures.Current.NameId(name);
        return id > 0 ? ChildrenById(id) : ChildrenByJsonName(name);
    }

    /// <summary>All children in the order of the source.</summary>
    public ElementChildren Children() => owner is null ? default : ChildrenIn(SlotRange.All);

    internal ElementChildren ChildrenById(int id) => Definition.Names.TryFind(id, out var slots) ? ChildrenIn(slots) : default;

    internal ElementChildren ChildrenIn(SlotRange slots)
    {
        if (index == 0 && slots != SlotRange.All && owner!.RootIndex is { } known)
            return known.First(slots) is var first and > 0 ? new ElementChildren(owner, first, owner.Nodes.Length, slots) : default;
        ref readonly var node = ref Node;
        if ((node.Flags & NodeFlags.Object) != 0) return new ElementChildren(owner!, index + 1, node.Next, slots);
        // Children of a primitive are those of its shadow.
        return (node.Flags & NodeFlags.HasShadow) != 0 ? new ElementChildren(owner!, node.Next + 1, owner!.Nodes[node.Next].Next, slots) : default;
    }

    private ElementChildren ChildrenByJsonName(string name)
    {
        if (name.Length == 0 || Definition.Kind == TypeKind.Primitive) return default;
        Span<byte> utf8 = stackalloc byte[128];
        if (!Encoding.UTF8.TryGetBytes(name, utf8, out var length)) return default;
        var slot = Definition.Properties(Structures.Current).Find(utf8[..length]);
        if (slot is null) return default;
        foreach (var child in ChildrenById(slot.Element.NameId))
            if (child.Node.Slot == slot.Index) return ChildrenById(slot.Element.NameId);
        return default;
    }

    /// <summary>The text of a primitive as FHIR writes it; null for a complex element or one without a value.</summary>
    public string? AsString() => HasValue ? Encoding.UTF8.GetString(Utf8) : null;

    /// <summary>A number's text exactly as written ("1.50"); empty where there is none.</summary>
    public string DecimalText => HasValue && (Node.Flags & NodeFlags.Text) == 0 ? Encoding.UTF8.GetString(Utf8) : "";

    /// <summary>The number, its trailing zeros kept; null where there is none or a decimal cannot hold it (beyond 7.9E28, or so small that it would become 0).</summary>
    public decimal? AsDecimal()
    {
        if (!HasValue || (Node.Flags & NodeFlags.Text) != 0) return null;
        return DecimalNumbers.TryParse(Utf8, out var value) ? value : null;
    }

    /// <summary>The value of a boolean; null for every other type.</summary>
    public bool? AsBoolean() => HasValue && Definition.Primitive == Primitive.Boolean ? Utf8[0] == 't' : null;

    /// <summary>A whole number; null where there is none or it has decimals.</summary>
    public int? AsInteger() =>
        HasValue && (Node.Flags & NodeFlags.Text) == 0 && Utf8Parser.TryParse(Utf8, out int value, out var used) && used == Utf8.Length ? value : null;

    /// <summary>A date, dateTime or instant; null for every other type.</summary>
    public FhirDateTime? AsDateTime() =>
        HasValue && Definition.Primitive is Primitive.Date or Primitive.DateTime or Primitive.Instant && FhirDateTime.TryParse(Utf8, out var value, out _) ? value : null;

    /// <summary>The value as UTF-8 without quotation marks and escapes; for a complex element its JSON as it came.</summary>
    public ReadOnlySpan<byte> Utf8
    {
        get
        {
            if (owner is null || (Node.Flags & NodeFlags.Null) != 0) return default;
            ref readonly var node = ref Node;
            var raw = owner.Bytes.Span.Slice(node.Start, node.Length);
            return (node.Flags & NodeFlags.Escaped) == 0 ? raw : Unescaped(node);
        }
    }

    /// <summary>
    /// A contained resource, or a bundle entry's, as a resource of its own; null where this is not a resource. Lines and columns count from its
    /// beginning; from XML they stay those of the document.
    /// </summary>
    public Resource? AsResource()
    {
        if (owner is null || !Definition.IsResource) return null;
        return index == 0 ? owner : owner.Inner(index);
    }

    /// <summary>The place as FHIRPath, "Observation.component[1].value".</summary>
    public string Path => owner is null ? "" : ElementPath.Of(owner, index);

    /// <summary>A short text for people; not meant to be read by programs.</summary>
    public override string ToString() => AsString() ?? TypeName;

    private ReadOnlySpan<byte> Unescaped(in Node node)
    {
        var reader = new Utf8JsonReader(owner!.Bytes.Span.Slice(node.Start - 1, node.Length + 2));
        reader.Read();
        var text = new byte[node.Length];
        return text.AsSpan(0, reader.CopyString(text));
    }
}
