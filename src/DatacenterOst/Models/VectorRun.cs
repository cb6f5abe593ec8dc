using System.Globalization;
using System.Text.Json;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Store;

namespace DatacenterOst.Models;

/// <summary>Runs a package's vectors through the very code that serves it, and reports each difference with its line.</summary>
internal static class VectorRun
{
    /// <summary>Contributions are added in another order than the model adds.</summary>
    private const double RoundingOfSums = 1e-9;

    public static void Check(ModelPackage package, IReadOnlyList<TestVector> vectors, string file, PackageProblems problems)
    {
        foreach (var vector in vectors)
        {
            foreach (var difference in Differences(package, vector))
                problems.Add(file, vector.Line, $"'{vector.Name}': {difference}");
        }
    }

    public static RiskEstimate Estimate(ModelPackage package, TestVector vector)
        => package.Evaluate(new History(new PatientId(1), vector.Patient, TimelineResolution.Resolve(vector.Facts, AsOf.KnownBy(vector.AsOf))), vector.AsOf);

    private static List<string> Differences(ModelPackage package, TestVector vector)
    {
        var estimate = Estimate(package, vector);
        var expect = vector.Expect;
        var differences = new List<string>();

        foreach (var (name, expected) in expect.Features ?? new Dictionary<string, JsonElement>()) Compare(estimate, name, expected, vector.Tolerance, differences);
        foreach (var (name, expected) in expect.Values ?? new Dictionary<string, JsonElement>()) Compare(estimate, name, expected, vector.Tolerance, differences);

        if (expect.Score.ValueKind != JsonValueKind.Undefined && !SameNumber(estimate.Score, expect.Score, vector.Tolerance))
            differences.Add($"the score is {Say(estimate.Score)}{(estimate.Abstentions.Count > 0 ? $" ({string.Join("; ", estimate.Abstentions)})" : "")}, expected {expect.Score}");

        if (expect.Margin is { } margin && !Near(estimate.Margin, margin, vector.Tolerance)) differences.Add($"the margin is {Say(estimate.Margin)}, expected {Say(margin)}");
        if (expect.Probability is { } probability && !Near(estimate.Probability, probability, vector.Tolerance))
            differences.Add($"the probability is {Say(estimate.Probability)}, expected {Say(probability)}");
        Explained(estimate, expect.Contributions, vector.Tolerance, differences);

        if (expect.Conclusions is { } conclusions)
        {
            var concluded = estimate.Conclusions.Select(conclusion => conclusion.Id).ToArray();
            if (!concluded.SequenceEqual(conclusions, StringComparer.Ordinal))
                differences.Add($"the conclusions are [{string.Join(", ", concluded)}], expected [{string.Join(", ", conclusions)}]");
        }

        if (expect.Abstains is { } words && !Abstained(estimate, words))
            differences.Add($"the abstentions are [{string.Join("; ", estimate.Abstentions)}], expected {(words.Length == 0 ? "none" : $"one with '{words}'")}");
        return differences;
    }

    /// <summary>An explanation always sums to the margin; it is compared where the vector states it.</summary>
    private static void Explained(RiskEstimate estimate, IReadOnlyDictionary<string, double>? expected, double tolerance, List<string> differences)
    {
        if (estimate.Explanation is { } explanation)
        {
            var sum = explanation.Bias + explanation.Groups.Sum(group => group.Value);
            if (!Near(estimate.Margin, sum, RoundingOfSums)) differences.Add($"the explanation sums to {Say(sum)}, not to the margin {Say(estimate.Margin)}");
        }

        foreach (var (id, contribution) in expected ?? new Dictionary<string, double>())
        {
            double? made = id == "bias" ? estimate.Explanation?.Bias : estimate.Explanation?.Groups.FirstOrDefault(group => group.Id == id)?.Value;
            if (!Near(made, contribution, tolerance)) differences.Add($"the contribution of {id} is {Say(made)}, expected {Say(contribution)}");
        }
    }

    private static bool Abstained(RiskEstimate estimate, string words)
        => words.Length == 0 ? estimate.Abstentions.Count == 0 : estimate.Abstentions.Any(reason => reason.Contains(words, StringComparison.Ordinal));

    private static void Compare(RiskEstimate estimate, string name, JsonElement expected, double tolerance, List<string> differences)
    {
        estimate.Values.TryGetValue(name, out var value);
        var same = expected.ValueKind switch
        {
            JsonValueKind.Null => value is null or { Number: null, Text: null },
            JsonValueKind.Number => SameNumber(value?.Number, expected, tolerance),
            JsonValueKind.String => value?.Text == expected.GetString(),
            JsonValueKind.Object => value is not null && SameParts(value, expected, tolerance),
            _ => false,
        };
        if (!same) differences.Add($"{name} is {Say(value)}, expected {expected}");
    }

    private static bool SameParts(FeatureValue value, JsonElement expected, double tolerance)
    {
        foreach (var part in expected.EnumerateObject())
        {
            var same = part.Name switch
            {
                "number" => SameNumber(value.Number, part.Value, tolerance),
                "text" => value.Text == part.Value.GetString(),
                "at" => part.Value.TryGetDateTimeOffset(out var at) && value.At == at,
                _ => false,
            };
            if (!same) return false;
        }

        return true;
    }

    private static bool SameNumber(double? number, JsonElement expected, double tolerance)
    {
        if (expected.ValueKind == JsonValueKind.Null) return number is null;
        if (number is not { } made || expected.ValueKind != JsonValueKind.Number) return false;
        return Near(made, expected.GetDouble(), tolerance);
    }

    private static bool Near(double? number, double wanted, double tolerance)
        => number is { } made && Math.Abs(made - wanted) <= tolerance * Math.Max(1, Math.Abs(wanted));

    private static string Say(double? number) => number?.ToString("R", CultureInfo.InvariantCulture) ?? "none";

    private static string Say(FeatureValue? value)
    {
        if (value is null) return "not made";
        var at = value.At?.ToString("O", CultureInfo.InvariantCulture);
        return $"{value.Text ?? Say(value.Number)}{(value.IsMissing ? $" ({value.Missing})" : "")}{(at is null ? "" : $" at {at}")}";
    }
}
