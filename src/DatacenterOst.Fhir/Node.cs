namespace DatacenterOst.Fhir;

[Flags]
internal enum NodeFlags : byte
{
    None = 0,

    /// <summary>A JSON string; Start and Length leave the quotation marks out.</summary>
    Text = 1,

    /// <summary>The string has escapes and must be unescaped before use.</summary>
    Escaped = 2,

    /// <summary>An object: the nodes up to Next are its children.</summary>
    Object = 4,

    /// <summary>The object holds id and extensions of a primitive ("_birthDate").</summary>
    Shadow = 8,

    /// <summary>The shadow belongs to a value node and is reached through it.</summary>
    Attached = 16,

    /// <summary>A value node whose Next is the number of its shadow.</summary>
    HasShadow = 32,

    /// <summary>JSON null in an array: the place of a primitive that has only a shadow.</summary>
    Null = 64,
}

/// <summary>One element of a resource: a place in the bytes, bound to the slot of its type. 20 bytes.</summary>
internal struct Node
{
    public int Start;
    public int Length;

    /// <summary>The node after this one and its children; for a value with a shadow, the shadow.</summary>
    public int Next;
    public ushort Slot;
    public ushort Type;
    public NodeFlags Flags;
}
