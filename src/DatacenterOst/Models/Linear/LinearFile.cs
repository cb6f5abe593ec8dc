using System.Text.Json;
using System.Text.Json.Serialization;
using DatacenterOst.Clinical;

namespace DatacenterOst.Models.Linear;

/// <summary>
/// A linear model as a JSON file of weights: <c>{"link": "logistic", "intercept": −1, "inputs": ["age"], "coefficients": [0.1]}</c>. What
/// training writes, and what R or Python write in one line.
/// </summary>
/// <param name="Link">Logistic where it is not said.</param>
/// <param name="References">Means at training, for the explanation; 0 where they are not said.</param>
/// <param name="WhenMissing">What each input gives where it is missing; without it there is no number.</param>
/// <param name="Low">The least that each input counts as, where the model was fitted to values held between bounds.</param>
/// <param name="High">The most that each input counts as.</param>
/// <param name="BaselineHazard">Cox: the cumulative hazard at the horizon of a row whose linear predictor, intercept included, is 0.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record LinearFile(
    LinearLink? Link,
    [property: JsonRequired] double Intercept,
    [property: JsonRequired] IReadOnlyList<string> Inputs,
    [property: JsonRequired] IReadOnlyList<double> Coefficients,
    IReadOnlyList<double>? References,
    IReadOnlyList<double?>? WhenMissing,
    IReadOnlyList<double>? Low,
    IReadOnlyList<double>? High,
    double? BaselineHazard)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <exception cref="Problem">Invalid, with what is wrong.</exception>
    public static LinearModel Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var file = JsonSerializer.Deserialize<LinearFile>(bytes, Options) ?? throw Wrong("the file is empty");
            return file.Model();
        }
        catch (JsonException wrong)
        {
            throw new Problem(ProblemKind.Invalid, $"is not a linear model: {wrong.Message}", wrong.Path, wrong);
        }
    }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Options);

    private LinearModel Model()
    {
        if (Inputs.Count == 0 || Inputs.Count > LinearParser.MaxTerms) throw Wrong($"it has {Inputs.Count} inputs; from 1 to {LinearParser.MaxTerms} can be read");
        if (Coefficients.Count != Inputs.Count) throw Wrong($"it has {Coefficients.Count} coefficients for {Inputs.Count} inputs");
        if (References is not null && References.Count != Inputs.Count) throw Wrong("it needs one of 'references' for each input");
        if (WhenMissing is not null && WhenMissing.Count != Inputs.Count) throw Wrong("it needs one of 'whenMissing' for each input, null where there is no number without");
        if (Low is not null && Low.Count != Inputs.Count) throw Wrong("it needs one of 'low' for each input");
        if (High is not null && High.Count != Inputs.Count) throw Wrong("it needs one of 'high' for each input");
        if (Low is not null && High is not null && Low.Zip(High).Any(pair => pair.First > pair.Second)) throw Wrong("a 'low' is above its 'high'");
        if (Inputs.Distinct(StringComparer.Ordinal).Count() != Inputs.Count) throw Wrong("an input is named twice");
        if (!double.IsFinite(Intercept) || !Coefficients.All(double.IsFinite)) throw Wrong("a coefficient is not a number");
        var link = Link ?? LinearLink.Logistic;
        if (link == LinearLink.Cox != BaselineHazard is > 0) throw Wrong("'baselineHazard' above 0, the cumulative hazard at the horizon, belongs to a Cox model and only to one");

        var none = new Dictionary<string, double>();
        var terms = Inputs.Select((input, i) => new LinearTerm(input, Coefficients[i], References?[i] ?? 0, none, WhenMissing?[i])
        {
            Low = Low?[i] ?? double.NegativeInfinity,
            High = High?[i] ?? double.PositiveInfinity,
        });
        return new LinearModel(link, Intercept, BaselineHazard ?? 0, [.. terms]);
    }

    private static Problem Wrong(string message) => new(ProblemKind.Invalid, message, where: "linear model");
}
