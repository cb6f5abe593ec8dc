namespace DatacenterOst.Fhir.Paths;

internal enum PathOp
{
    Constant, Empty, This, Index, Total, Variable, Member, Indexer, Function, Minus, Plus, Is, As,
    Multiply, Divide, Div, Mod, Add, Subtract, Concatenate, Union, Greater, Less, GreaterOrEqual, LessOrEqual,
    Equal, Equivalent, NotEqual, NotEquivalent, In, Contains, And, Xor, Or, Implies,
}

/// <summary>A parsed expression: an operation, what it is applied to, and its arguments. Immutable.</summary>
internal sealed class PathNode
{
    public required PathOp Op { get; init; }

    /// <summary>The character where the operation stands.</summary>
    public required int Position { get; init; }

    /// <summary>What stands before the dot, or null where the expression begins here.</summary>
    public PathNode? Target { get; init; }
    public PathNode[] Arguments { get; init; } = [];
    public string Name { get; init; } = "";
    public int NameId { get; init; } = -1;

    /// <summary>The FHIR type that a first step names ("Patient.name"); null for any other step.</summary>
    public Definitions.TypeDefinition? First { get; init; }
    public PathValue Constant { get; init; }
    public PathFunction? Function { get; init; }
    public TypeName? Type { get; init; }
}
