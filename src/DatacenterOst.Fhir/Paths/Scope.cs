namespace DatacenterOst.Fhir.Paths;

/// <summary>What $this, $index and $total stand for at a place in an expression.</summary>
internal readonly struct Scope(PathValue current, int index, PathValue[]? total)
{
    public readonly PathValue This = current;
    public readonly int Index = index;
    public readonly PathValue[]? Total = total;
}
