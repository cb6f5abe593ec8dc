using System.Text.Json;
using System.Text.Json.Serialization;
using DatacenterOst.Features;

namespace DatacenterOst.Models.Reference;

/// <summary>
/// <c>reference.json</c> of a package: what features and scores looked like when the model was made, and how well it did. What
/// monitoring compares with. Written by training; a package that was trained elsewhere may bring its own.
/// </summary>
/// <param name="Format">1.</param>
/// <param name="Rows">Rows (patient and index time) that it was counted over.</param>
/// <param name="Made">Day of the data's extraction or of training.</param>
/// <param name="Score">The probability where the model gives one, else the margin.</param>
/// <param name="Performance">Null where it was never measured.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReferenceFile(
    [property: JsonRequired] int Format,
    [property: JsonRequired] long Rows,
    DateOnly? Made,
    string? Population,
    [property: JsonRequired] IReadOnlyList<FeatureReference> Features,
    ScoreReference? Score,
    PerformanceReference? Performance)
{
    public const string Name = "reference.json";

    /// <summary>2,000 features with 20 bins each stay below it.</summary>
    public const long MaxBytes = 16 << 20;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.Strict,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public FeatureReference? Find(string feature) => Features.FirstOrDefault(one => one.Name == feature);

    public string Write() => JsonSerializer.Serialize(this, Options) + "\n";

    /// <returns>Null when it cannot be used; the reasons are in <paramref name="problems"/>.</returns>
    public static ReferenceFile? Read(string text, string file, PackageProblems problems)
    {
        try
        {
            if (JsonSerializer.Deserialize<ReferenceFile>(text, Options) is { } read && read.Check(file, problems)) return read;
        }
        catch (JsonException wrong)
        {
            problems.Add(file, (wrong.LineNumber ?? 0) + 1, $"cannot be read: {wrong.Message}");
        }

        return null;
    }

    private bool Check(string file, PackageProblems problems)
    {
        var sound = true;
        if (Format != 1) Wrong($"format {Format} is not known; this build reads format 1");
        if (Score?.Histogram.IsSound() == false) Wrong("the score needs rising 'edges' and one of 'counts' more than edges");
        foreach (var feature in Features)
        {
            if (feature.Histogram?.IsSound() == false) Wrong($"'{feature.Name}' needs rising 'edges' and one of 'counts' more than edges");
            if (feature is { Histogram: null, Categories: null }) Wrong($"'{feature.Name}' has neither 'edges' with 'counts' nor 'categories'");
            if (feature.Missing < 0 || feature.Missing > Rows) Wrong($"'missing' of '{feature.Name}' must be a number of rows");
        }

        return sound;

        void Wrong(string message)
        {
            sound = false;
            problems.Add(file, 0, message);
        }
    }
}

/// <summary>One feature at training: of a number its bins, mean and sd, of a word how often each came.</summary>
/// <param name="Missing">Rows in which it was missing, also where a value stood in.</param>
/// <param name="Edges">Of the values that were not missing, as <see cref="Reference.Histogram"/> says; null for words.</param>
/// <param name="Categories">Rows by word; null for numbers.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record FeatureReference(
    [property: JsonRequired] string Name,
    [property: JsonRequired] long Missing,
    double? Mean,
    double? Sd,
    IReadOnlyList<double>? Edges,
    IReadOnlyList<long>? Counts,
    IReadOnlyDictionary<string, long>? Categories)
{
    [JsonIgnore]
    public Histogram? Histogram => Edges is null || Counts is null ? null : new Histogram(Edges, Counts);

    /// <param name="vectors">Vectors of the same package, one for each row of training; at least one.</param>
    /// <param name="place">The feature's place in them.</param>
    public static FeatureReference Of(IReadOnlyList<FeatureVector> vectors, int place)
    {
        var numbers = new List<double>(vectors.Count);
        var words = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var missing = 0;
        foreach (var vector in vectors)
        {
            var value = vector.Values[place];
            if (value.IsMissing) missing++;
            else if (value.Number is { } number) numbers.Add(number);
            else if (value.Text is { } word) words[word] = words.GetValueOrDefault(word) + 1;
        }

        var name = vectors[0].Values[place].Name;
        if (numbers.Count == 0 && words.Count > 0) return new FeatureReference(name, missing, null, null, null, null, words);
        var (mean, sd) = ScoreReference.Spread(numbers);
        var bins = Histogram.ByQuantiles(numbers);
        return new FeatureReference(name, missing, mean, sd, bins.Edges, bins.Counts, null);
    }
}

/// <summary>The scores at training, in the bins that <see cref="Reference.Histogram"/> describes.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ScoreReference(
    [property: JsonRequired] IReadOnlyList<double> Edges, [property: JsonRequired] IReadOnlyList<long> Counts, double? Mean, double? Sd)
{
    [JsonIgnore]
    public Histogram Histogram => new(Edges, Counts);

    public static ScoreReference OfProbabilities(IReadOnlyCollection<double> values)
    {
        var (mean, sd) = Spread(values);
        var bins = Histogram.OfProbabilities(values);
        return new ScoreReference(bins.Edges, bins.Counts, mean, sd);
    }

    internal static (double? Mean, double? Sd) Spread(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0) return (null, null);
        var mean = values.Average();
        return (mean, values.Count < 2 ? null : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1)));
    }
}

/// <summary>How well the model did on rows that it had not seen. What was not measured is null.</summary>
/// <param name="How">In words: cross-validation by patient, a later year, another hospital.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PerformanceReference(
    [property: JsonRequired] string How,
    [property: JsonRequired] long Rows,
    [property: JsonRequired] long Events,
    double? Auroc,
    double? Auprc,
    double? Brier,
    double? CalibrationSlope,
    double? CalibrationIntercept)
{
    /// <summary>Harrell's C, of a model of the time to the outcome.</summary>
    public double? Concordance { get; init; }
}
