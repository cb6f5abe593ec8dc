using DatacenterOst.Models.Numeric;

namespace DatacenterOst.Models.Onnx;

/// <summary>
/// Which outputs of a graph are the score, the probability and the label. ML.NET names them Score, Probability and PredictedLabel;
/// skl2onnx and onnxmltools give a label and the probabilities of both classes, or one number.
/// </summary>
internal sealed record RowOutputs(int? Score, int? Probability, int? Label)
{
    /// <summary>The smallest normal float: a class that is certain has log-odds of ±87.3 rather than infinity.</summary>
    private const double Certain = 1.1754943508222875e-38;

    public IEnumerable<int> Wanted => new[] { Score, Probability, Label }.OfType<int>();

    /// <summary>The outputs that by name and kind may be meant; <see cref="Held"/> holds them to what the graph then makes.</summary>
    public static RowOutputs Of(GraphPlan plan)
    {
        var outputs = plan.File.Graph.Outputs;
        var score = Named(outputs, "Score.output", "Score");
        if (score is not null)
        {
            var probability = Named(outputs, "Probability.output", "Probability");
            var predicted = Named(outputs, "PredictedLabel.output", "PredictedLabel");
            return new RowOutputs(plan.Place(score.Name), PlaceOf(plan, probability), PlaceOf(plan, predicted));
        }

        var values = outputs.Where(output => output.Kind is null || Element.IsReal(output.Kind.Value)).ToList();
        if (values.Count > 1) values = [.. values.Where(output => output.Name.Contains("probab", StringComparison.OrdinalIgnoreCase))];
        if (values.Count != 1)
            throw plan.Refuse($"which of its outputs is the score cannot be told: {string.Join(", ", outputs.Take(20).Select(output => output.Name))}; name one 'Score' or 'probabilities'");
        var label = outputs.FirstOrDefault(output => output.Kind is { } kind && !Element.IsReal(kind));
        var place = plan.Place(values[0].Name);
        return GivesShares(plan.Source(place)) ? new RowOutputs(null, place, PlaceOf(plan, label)) : new RowOutputs(place, null, PlaceOf(plan, label));
    }

    /// <summary>The same outputs after a trial: two columns that share one are probabilities, two that do not are scores.</summary>
    public RowOutputs Held(GraphPlan plan, Workspace tried)
    {
        foreach (var place in Wanted)
        {
            if (tried[place] is { Rows: not 1, Rank: > 1 } rows) throw plan.Refuse($"for one row it makes {rows.Describe()}");
        }

        var value = Probability ?? Score!.Value;
        var made = tried[value];
        if (Score is not null && Probability is not null)
        {
            HoldToOne(plan, tried[Score.Value]);
            HoldToOne(plan, tried[Probability.Value]);
            return this;
        }

        if (made.IsText || made.Count is not (1 or 2)) throw plan.Refuse($"it gives {made.Count} values for one row ({made.Describe()}); a model of one number or of two classes is needed");
        if (made.Count == 1) return this;
        var shares = Math.Abs(made.Numbers[0] + made.Numbers[1] - 1) < 1e-4 && made.Numbers[0] is >= 0 and <= 1;
        return this with { Score = shares ? null : value, Probability = shares ? value : null };
    }

    public ModelNumber Read(Workspace done)
    {
        var probability = Probability is { } place ? done[place].Numbers[^1] : (double?)null;
        if (Score is { } score) return new ModelNumber(done[score].Numbers[^1], probability);
        var p = done[Probability!.Value].Numbers;

        // The share of the other class keeps its digits where this one is close to 1.
        var rest = p.Length == 2 && Math.Abs(p[0] + p[1] - 1) < 1e-5 ? p[0] : 1 - p[^1];
        return new ModelNumber(double.IsNaN(p[^1]) ? double.NaN : Math.Log(Math.Max(p[^1], Certain)) - Math.Log(Math.Max(rest, Certain)), probability);
    }

    /// <summary>The class as text: 1 and 0 for true and false.</summary>
    public string? ReadLabel(Workspace done)
    {
        if (Label is not { } place || done[place].Count != 1) return null;
        var label = done[place];
        return label.IsText ? label.Words[0] : Casting.Word(ElementKind.Float64, label.Numbers[0]);
    }

    // One column is called a probability by some writers and is none: skl2onnx names the score of a LinearSVC so.
    private static bool GivesShares(Step? source)
    {
        var attributes = source?.Node.Attributes;
        return source?.Node.Operator switch
        {
            "Sigmoid" or "Softmax" or "Normalizer" => true,
            "SVMClassifier" => attributes!.ContainsKey("prob_a"),
            "LinearClassifier" or "TreeEnsembleClassifier" => attributes!.GetValueOrDefault("post_transform")?.Text is "LOGISTIC" or "SOFTMAX" or "PROBIT",
            _ => false,
        };
    }

    private static void HoldToOne(GraphPlan plan, Tensor made)
    {
        if (made.IsText || made.Count != 1) throw plan.Refuse($"it gives {made.Describe()} for one row; one number is needed");
    }

    private static OnnxValue? Named(IReadOnlyList<OnnxValue> outputs, params string[] names)
        => names.Select(name => outputs.FirstOrDefault(output => output.Name == name)).FirstOrDefault(output => output is not null);

    private static int? PlaceOf(GraphPlan plan, OnnxValue? value) => value is null ? null : plan.Place(value.Name);
}
