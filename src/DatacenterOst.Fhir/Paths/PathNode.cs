using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Paths;

internal enum PathOp
{
    Constant, Empty, This, Index, Total, Variable, Member, Indexer, Function, Minus, Plus, Is, As,
    Multiply, Divide, Div, Mod, Add, Subtract, Concatenate, Union, Greater, Less, GreaterOrEqual, LessOrEqual,
    Equal, Equivalent, NotEqual, NotEquivalent, In, Contains, And, Xor, Or, Implies,
}

/// <summary>A parsed expression: an operation, what it is applied to, and its arguments. Immutable but for what it remembers.</summary>
internal sealed class PathNode
{
    private SlotMemo? memo;

    public required PathOp Op { get; init; }

    /// <summary>The character where the operation stands.</summary>
    public required int Position { get; init; }

    /// <summary>What stands before the dot, or null where the expression begins here.</summary>
    public PathNode? Target { get; init; }
    public PathNode[] Arguments { get; init; } = [];
    public string Name { get; init; } = "";
    public int NameId { get; init; } = -1;

    /// <summary>The FHIR type that a first step names ("Patient.name"); null for any other step.</summary>
    public TypeDefinition? First { get; init; }
    public PathFunction? Function { get; init; }

    /// <summary>The function, where all it gives is true, false or nothing.</summary>
    public PathDecision? Decision { get; init; }
    public bool IsDecision => Op >= PathOp.Greater || Decision is not null;
    public TypeName? Type { get; init; }

    /// <summary>The value of a constant.</summary>
    public readonly PathValue Constant;

    public PathNode() { }

    public PathNode(PathValue constant) => Constant = constant;

    /// <summary>
    /// The slots of the step's name in a type, by the type's number. A step meets the same type nearly always, so the last answer is kept; it
    /// is immutable, so that threads may share it.
    /// </summary>
    public SlotRange SlotsIn(int type)
    {
        if (memo is { } last && last.Type == type) return last.Slots;
        var slots = Structures.Current.Types[type].Names.TryFind(NameId, out var found) ? found : SlotRange.None;
        memo = new SlotMemo(type, slots);
        return slots;
    }

    private sealed record SlotMemo(int Type, SlotRange Slots);
}
