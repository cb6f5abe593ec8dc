namespace DatacenterOst.Fhir.Definitions;

/// <summary>The slots of one element, one for each type it may have; they lie together.</summary>
internal readonly record struct SlotRange(int First, int Last)
{
    public static readonly SlotRange All = new(0, int.MaxValue);
    public static readonly SlotRange None = new(-1, -1);
}
