namespace DatacenterOst.Fhir.Definitions;

internal enum TypeKind { Primitive, Complex, Backbone, Resource }

/// <summary>A resource, data type or nested element group ("Patient.contact") of FHIR R4.</summary>
internal sealed class TypeDefinition(int index, string name, TypeKind kind, bool isAbstract, string baseName)
{
    private PropertyTable? properties;

    public int Index { get; } = index;

    /// <summary>The definition's own name; nested groups are called by their path, "Patient.contact".</summary>
    public string Name { get; } = name;
    public byte[] Utf8Name { get; } = System.Text.Encoding.UTF8.GetBytes(name);
    public TypeKind Kind { get; } = kind;
    public bool IsAbstract { get; } = isAbstract;
    public string BaseName { get; } = baseName;
    public Primitive Primitive { get; } = kind == TypeKind.Primitive ? Enum.Parse<Primitive>(name, ignoreCase: true) : Primitive.None;
    public bool IsPrimitive => Kind == TypeKind.Primitive;
    public bool IsResource => Kind == TypeKind.Resource;

    /// <summary>What FHIRPath calls the type: nested groups are BackboneElement or Element.</summary>
    public string FhirName => Kind == TypeKind.Backbone ? BaseName : Name;
    public TypeDefinition? Base { get; set; }
    public Constraint[] Constraints { get; set; } = [];
    public ElementDefinition[] Elements { get; set; } = [];

    /// <summary>The numbers of the first slot and of the one after the last; a type's slots lie together.</summary>
    public int FirstSlot { get; set; }
    public int EndSlot { get; set; }

    /// <summary>The slots by the number of the element's name.</summary>
    public SlotTable Names { get; set; } = null!;

    public PropertyTable Properties(Structures structures) => properties ??= new PropertyTable(this, structures);

    public bool Is(TypeDefinition other)
    {
        for (var type = this; type is not null; type = type.Base)
            if (type == other) return true;
        return false;
    }

    public ElementDefinition? Element(string name)
    {
        foreach (var element in Elements)
            if (element.Name == name) return element;
        return null;
    }
}

/// <summary>A property that JSON may carry: one element in one of its types (valueQuantity).</summary>
internal sealed record Slot(int Index, ElementDefinition Element, TypeOption Option, byte[] JsonName)
{
    public TypeDefinition Type => Option.Type;

    // A property that carries id and extensions of a primitive ("_birthDate") has the name with one character before it.
    public byte[] ShadowName { get; } = [(byte)'_', .. JsonName];
}
