namespace DatacenterOst.Models.Onnx;

/// <summary>
/// What a model file may ask of the server. Each is checked before memory is taken, so that a file of a few bytes that claims a
/// tensor of a gigabyte costs nothing. They leave an order of magnitude above what tabular models in use need.
/// </summary>
internal static class OnnxLimits
{
    /// <summary>A forest of 1,000 trees with 1,000 nodes each is 40 MiB.</summary>
    public const int FileBytes = 64 * 1024 * 1024;

    public const int Nodes = 10_000;

    public const int Initializers = 10_000;

    /// <summary>Inputs and outputs that a graph declares, each.</summary>
    public const int Values = 10_000;

    public const int AttributesOfANode = 100;

    /// <summary>Inputs of one node, and outputs of one node.</summary>
    public const int EdgesOfANode = 1_000;

    /// <summary>Numbers and texts in all attributes and tensors of a file together.</summary>
    public const int ListElements = 32 * 1024 * 1024;

    /// <summary>Elements of one tensor, given or computed.</summary>
    public const int TensorElements = 4 * 1024 * 1024;

    public const int Rank = 8;

    /// <summary>One text: a name, a category, a label.</summary>
    public const int TextBytes = 64 * 1024;

    /// <summary>Elements that all intermediate tensors of one evaluation may hold together.</summary>
    public const int WorkspaceElements = 16 * 1024 * 1024;

    /// <summary>Multiplications and element visits of one evaluation; about half a second at worst.</summary>
    public const long Work = 200_000_000;

    public const int Trees = 20_000;

    /// <summary>Levels of one tree. Gradient boosting uses 3 to 12, unpruned forests reach 60.</summary>
    public const int TreeDepth = 128;

    /// <summary>Values that one row may have.</summary>
    public const int RowInputs = 10_000;
}
