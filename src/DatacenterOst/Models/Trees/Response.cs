using DatacenterOst.Models.Numeric;

namespace DatacenterOst.Models.Trees;

/// <summary>How the margin becomes what the library of the model predicts.</summary>
public enum ResponseKind
{
    /// <summary>The margin itself: a predicted value, a rank score.</summary>
    Identity,

    /// <summary>The logistic function: a probability.</summary>
    Logistic,

    /// <summary>e to the margin: an expected count, a hazard ratio, a time.</summary>
    Exponential,

    /// <summary>The margin's square with its sign: LightGBM trained on square roots.</summary>
    SignedSquare,

    /// <summary>log(1 + e to the margin): an intensity.</summary>
    Softplus,

    /// <summary>1 above zero, else 0.</summary>
    Step,
}

/// <summary>From margin to prediction, in the number type of the model's library.</summary>
/// <param name="Slope">LightGBM's <c>sigmoid</c>: what the margin is multiplied by before the logistic function.</param>
/// <param name="IsSingle">32-bit, as XGBoost computes; otherwise 64-bit, as LightGBM does.</param>
public sealed record Response(ResponseKind Kind, double Slope, bool IsSingle)
{
    // XGBoost's own limit: e to more than this is infinite in 32 bits.
    private const float LargestExponent = 88.7f;

    public ModelNumber Of(double margin) => Kind switch
    {
        ResponseKind.Identity => new ModelNumber(margin, null),
        ResponseKind.Logistic => new ModelNumber(margin, IsSingle ? Logistic((float)margin) : 1 / (1 + Math.Exp(-Slope * margin))),
        _ => new ModelNumber(margin, null) { Predicted = Predict(margin) },
    };

    private double Predict(double margin) => Kind switch
    {
        ResponseKind.Exponential => IsSingle ? MathF.Exp((float)margin) : Math.Exp(margin),
        ResponseKind.SignedSquare => Math.Sign(margin) * margin * margin,
        ResponseKind.Softplus => double.LogP1(Math.Exp(margin)),
        _ => margin > 0 ? 1 : 0,
    };

    private static float Logistic(float margin) => 1f / (MathF.Exp(Math.Min(-margin, LargestExponent)) + 1f);
}
