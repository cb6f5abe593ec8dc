using System.Runtime.InteropServices;

namespace DatacenterOst.Models.Trees;

/// <summary>How a split decides, and what it takes for missing.</summary>
public enum SplitTest : byte
{
    /// <summary>No split: <see cref="TreeNode.Value"/> is what the tree gives.</summary>
    Leaf,

    /// <summary>XGBoost: left when the input is below the threshold; NaN is missing.</summary>
    Below,

    /// <summary>LightGBM: left when the input is at most the threshold; NaN is missing.</summary>
    AtMost,

    /// <summary>LightGBM: as <see cref="AtMost"/>, where zero and NaN are missing.</summary>
    AtMostZeroMissing,

    /// <summary>LightGBM: as <see cref="AtMost"/>, where nothing is missing and NaN counts as zero.</summary>
    AtMostNoneMissing,

    /// <summary>XGBoost: right when the input is one of the categories; what is no category goes left, NaN is missing.</summary>
    NotAmong,

    /// <summary>LightGBM: left when the input is one of the categories; what is no category goes right, NaN too.</summary>
    Among,
}

/// <summary>
/// A node of a tree whose nodes stand in preorder: the left child of a split is the next node, <paramref name="Right"/> counts from
/// the tree's first.
/// </summary>
/// <param name="Value">The threshold of a split; of a leaf, what the tree gives.</param>
/// <param name="Cover">How much of the training rows came here: their number, or the sum of their second derivatives.</param>
/// <param name="Set">The split's category set in <see cref="Forest"/>; -1 for none.</param>
/// <param name="MissingGoesLeft">Where a missing input goes.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TreeNode(SplitTest Test, int Feature, int Right, double Value, double Cover, int Set, bool MissingGoesLeft)
{
    public bool IsLeaf => Test == SplitTest.Leaf;
}
