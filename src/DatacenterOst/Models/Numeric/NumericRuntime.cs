using DatacenterOst.Features;
using DatacenterOst.Models.Calibration;

namespace DatacenterOst.Models.Numeric;

/// <summary>
/// Runs a numeric model over a feature vector. What number type the model sums in is the model's own contract (XGBoost float, all
/// others double); here its margin is taken as it is, and every later step is in double.
/// </summary>
public sealed class NumericRuntime : IModelRuntime
{
    private readonly INumericModel model;
    private readonly IReadOnlyList<NumericInput> inputs;
    private readonly int[] places;
    private readonly Readout readout;

    internal NumericRuntime(INumericModel model, IReadOnlyList<NumericInput> inputs, Readout readout)
    {
        (this.model, this.inputs, this.readout) = (model, inputs, readout);
        places = [.. inputs.Select(input => input.Place)];
    }

    public IReadOnlyList<string> Computes => readout.Computes;

    public IReadOnlyList<string> Concludes => readout.Concludes;

    public IReadOnlyList<int> Inputs => places;

    /// <summary>What the package says where its weights say this.</summary>
    public ModelNumber Calibrated(ModelNumber made) => made with { Probability = readout.Calibrated(made.Margin, made.Probability) };

    public Outcome Evaluate(FeatureVector vector)
    {
        var made = model.Score(Row(vector));
        return readout.Of(vector, places, made.Margin, made.Probability, made.Predicted ?? made.Margin);
    }

    public Contributions? Explain(FeatureVector vector)
    {
        var row = Row(vector);
        if (model.Explain(row) is not { } explained) return null;

        var values = new double[vector.Values.Count];
        var sum = explained.Bias;
        for (var i = 0; i < inputs.Count; i++)
        {
            values[inputs[i].Place] += explained.Values[i];
            sum += explained.Values[i];
        }

        // A model that sums in float is rounded on the way; that rounding belongs to no input, so it goes with the bias.
        return new Contributions(explained.Bias + (model.Score(row).Margin - sum), values);
    }

    private InputValue[] Row(FeatureVector vector)
    {
        var row = new InputValue[inputs.Count];
        for (var i = 0; i < row.Length; i++) row[i] = inputs[i].Of(vector);
        return row;
    }
}
