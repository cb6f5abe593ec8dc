namespace DatacenterOst.Models.Trees;

/// <summary>A tree as its file numbers it, one entry for each node; nothing in it has been checked yet.</summary>
/// <param name="Left">Index of the left child; -1 for a leaf.</param>
/// <param name="Cover">Null where the file does not tell.</param>
internal sealed record RawTree(int[] Left, int[] Right, int[] Feature, double[] Value, double[]? Cover)
{
    public required SplitTest[] Test { get; init; }

    public required bool[] MissingGoesLeft { get; init; }

    /// <summary>Index among the sets that <see cref="ForestBuilder.AddSet"/> gave out; -1 for none. Null for a tree without categories.</summary>
    public int[]? Set { get; init; }

    public int Count => Left.Length;
}
