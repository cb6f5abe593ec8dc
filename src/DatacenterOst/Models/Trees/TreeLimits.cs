namespace DatacenterOst.Models.Trees;

/// <summary>What a model file may hold. Each lies far above what people train and far below what would hurt the process.</summary>
public static class TreeLimits
{
    /// <summary>Bytes of a model file.</summary>
    public const int MaxFileBytes = 256 << 20;

    /// <summary>Trees of a model.</summary>
    public const int MaxTrees = 50_000;

    /// <summary>Nodes of all trees together.</summary>
    public const int MaxNodes = 4_000_000;

    /// <summary>Splits from the root to a leaf; a path this long overfits, and its explanation costs by its length.</summary>
    public const int MaxDepth = 128;

    /// <summary>Inputs of a model.</summary>
    public const int MaxInputs = 100_000;

    /// <summary>Words of 32 bits that the category sets of all splits take together: 16 MB.</summary>
    public const int MaxCategoryWords = 4_000_000;

    /// <summary>Objects, lists and texts of a JSON or UBJ file, not counting numbers: thirty for each tree and some.</summary>
    public const int MaxDocumentNodes = 2_000_000;

    /// <summary>How deep JSON or UBJ may nest; XGBoost's own files nest eight levels.</summary>
    public const int MaxDocumentDepth = 32;
}
