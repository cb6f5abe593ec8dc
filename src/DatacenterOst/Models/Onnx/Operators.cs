using System.Collections.Frozen;

namespace DatacenterOst.Models.Onnx;

/// <summary>What is known of one operator: how many inputs and outputs it takes, how it is built, and how it mixes its inputs.</summary>
internal sealed record Operator(int LeastInputs, int MostInputs, int MostOutputs, Func<OperatorNode, Kernel> Build, Mixing Mixing);

/// <summary>How the elements of the outputs depend on those of the inputs; from this an exact explanation is concluded, or none.</summary>
internal enum Mixing
{
    /// <summary>Anything may depend on anything.</summary>
    Opaque,

    /// <summary>Each element by itself, in any way: log, clip, an encoder.</summary>
    Each,

    /// <summary>Each element by itself, by a straight line: a scaler, a product with a constant.</summary>
    Line,

    /// <summary>Elements keep their values and change places.</summary>
    Places,

    /// <summary>Elements are weighted and added.</summary>
    Sum,

    /// <summary>A classifier of two classes whose log-odds are a weighted sum.</summary>
    Odds,

    /// <summary>Shares of a whole: of two classes the log-odds stay.</summary>
    Shares,
}

/// <summary>The operators that are run here: what ML.NET, skl2onnx and onnxmltools write for tables. Others are refused by name.</summary>
internal static class Operators
{
    private const int Many = OnnxLimits.EdgesOfANode;

    private static readonly FrozenDictionary<string, Operator> Standard = Arithmetic()
        .Concat(Layout()).Concat(Choosing()).ToFrozenDictionary(pair => pair.Name, pair => pair.Operator, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Operator> Learning = MachineLearning()
        .ToFrozenDictionary(pair => pair.Name, pair => pair.Operator, StringComparer.Ordinal);

    public static Operator? Find(string domain, string name) => domain switch
    {
        "" => Standard.GetValueOrDefault(name),
        "ai.onnx.ml" => Learning.GetValueOrDefault(name),
        _ => null,
    };

    private static IEnumerable<(string Name, Operator Operator)> Arithmetic()
    {
        foreach (var (name, build) in Unary.Known) yield return (name, new Operator(1, 1, 1, build, name is "Neg" or "Identity" ? Mixing.Line : Mixing.Each));
        foreach (var (name, build) in Binary.Known)
            yield return (name, new Operator(2, 2, 1, build, name is "Add" or "Sub" ? Mixing.Sum : name is "Mul" or "Div" ? Mixing.Line : Mixing.Each));
        foreach (var (name, build) in Binary.Several) yield return (name, new Operator(1, Many, 1, build, name is "Sum" or "Mean" ? Mixing.Sum : Mixing.Each));
        foreach (var (name, build) in Reduction.Known)
            yield return (name, new Operator(1, 2, 1, build, name is "ReduceSum" or "ReduceMean" ? Mixing.Sum : Mixing.Opaque));
        yield return ("Cast", new Operator(1, 1, 1, Casting.Cast, Mixing.Each));
        yield return ("Clip", new Operator(1, 3, 1, Casting.Clip, Mixing.Each));
        yield return ("MatMul", new Operator(2, 2, 1, Products.MatMul, Mixing.Sum));
        yield return ("Gemm", new Operator(2, 3, 1, Products.Gemm, Mixing.Sum));
        yield return ("BatchNormalization", new Operator(5, 5, 5, Products.BatchNormalization, Mixing.Line));
        yield return ("Softmax", new Operator(1, 1, 1, node => Softmaxes.Build(node, Softmaxes.Kind.Share), Mixing.Opaque));
        yield return ("LogSoftmax", new Operator(1, 1, 1, node => Softmaxes.Build(node, Softmaxes.Kind.Logarithm), Mixing.Opaque));
    }

    private static IEnumerable<(string Name, Operator Operator)> Layout()
    {
        yield return ("Reshape", new Operator(2, 2, 1, Shaping.Reshape, Mixing.Places));
        yield return ("Flatten", new Operator(1, 1, 1, Shaping.Flatten, Mixing.Places));
        yield return ("Squeeze", new Operator(1, 2, 1, Shaping.Squeeze, Mixing.Places));
        yield return ("Unsqueeze", new Operator(1, 2, 1, Shaping.Unsqueeze, Mixing.Places));
        yield return ("Shape", new Operator(1, 1, 1, Shaping.ShapeOf, Mixing.Opaque));
        yield return ("Dropout", new Operator(1, 3, 2, Shaping.Dropout, Mixing.Line));
        yield return ("Constant", new Operator(0, 0, 1, Constants.Constant, Mixing.Opaque));
        yield return ("ConstantOfShape", new Operator(1, 1, 1, Constants.OfShape, Mixing.Opaque));
        yield return ("Transpose", new Operator(1, 1, 1, Rearranging.Transpose, Mixing.Places));
        yield return ("Concat", new Operator(1, Many, 1, Rearranging.Concat, Mixing.Places));
        yield return ("Split", new Operator(1, 2, Many, Rearranging.Split, Mixing.Places));
        yield return ("Expand", new Operator(2, 2, 1, Rearranging.Expand, Mixing.Places));
        yield return ("Tile", new Operator(2, 2, 1, Rearranging.Tile, Mixing.Places));
    }

    private static IEnumerable<(string Name, Operator Operator)> Choosing()
    {
        yield return ("Slice", new Operator(1, 5, 1, Slicing.Slice, Mixing.Places));
        yield return ("Gather", new Operator(2, 2, 1, Gathering.Gather, Mixing.Places));
        yield return ("GatherElements", new Operator(2, 2, 1, Gathering.GatherElements, Mixing.Places));
        yield return ("Where", new Operator(3, 3, 1, Gathering.Where, Mixing.Each));
        yield return ("OneHot", new Operator(3, 3, 1, Gathering.OneHot, Mixing.Each));
        yield return ("ArgMax", new Operator(1, 1, 1, node => Ranking.ArgBest(node, 1), Mixing.Opaque));
        yield return ("ArgMin", new Operator(1, 1, 1, node => Ranking.ArgBest(node, -1), Mixing.Opaque));
        yield return ("TopK", new Operator(1, 2, 2, Ranking.TopK, Mixing.Opaque));
    }

    private static IEnumerable<(string Name, Operator Operator)> MachineLearning()
    {
        yield return ("TreeEnsembleRegressor", new Operator(1, 1, 1, TreeOperators.Regressor, Mixing.Opaque));
        yield return ("TreeEnsembleClassifier", new Operator(1, 1, 2, TreeOperators.Classifier, Mixing.Opaque));
        yield return ("LinearRegressor", new Operator(1, 1, 1, LinearOperators.Regressor, Mixing.Sum));
        yield return ("LinearClassifier", new Operator(1, 1, 2, LinearOperators.Classifier, Mixing.Odds));
        yield return ("SVMRegressor", new Operator(1, 1, 1, SupportVectors.Regressor, Mixing.Opaque));
        yield return ("SVMClassifier", new Operator(1, 1, 2, SupportVectors.Classifier, Mixing.Opaque));
        yield return ("Scaler", new Operator(1, 1, 1, Preparation.Scaler, Mixing.Line));
        yield return ("Imputer", new Operator(1, 1, 1, Preparation.Imputer, Mixing.Each));
        yield return ("Binarizer", new Operator(1, 1, 1, Preparation.Binarizer, Mixing.Each));
        yield return ("Normalizer", new Operator(1, 1, 1, Preparation.Normalizer, Mixing.Shares));
        yield return ("FeatureVectorizer", new Operator(1, Many, 1, Preparation.FeatureVectorizer, Mixing.Places));
        yield return ("ArrayFeatureExtractor", new Operator(2, 2, 1, Preparation.ArrayFeatureExtractor, Mixing.Places));
        yield return ("OneHotEncoder", new Operator(1, 1, 1, Encoders.OneHot, Mixing.Each));
        yield return ("LabelEncoder", new Operator(1, 1, 1, Encoders.Label, Mixing.Each));
        yield return ("CategoryMapper", new Operator(1, 1, 1, Encoders.Category, Mixing.Each));
        yield return ("ZipMap", new Operator(1, 1, 1, Encoders.ZipMap, Mixing.Places));
    }
}
