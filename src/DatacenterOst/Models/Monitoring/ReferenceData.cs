using DatacenterOst.Models.Reference;

namespace DatacenterOst.Models.Monitoring;

/// <summary>What features and scores were like where the model was made: the package's reference.json, as drift needs it.</summary>
/// <param name="Score">Null where it is not said.</param>
/// <param name="Auroc">Area under the ROC curve there; null where it is not said.</param>
public sealed record ReferenceData(IReadOnlyList<ReferenceFeature> Features, ReferenceFeature? Score, double? Auroc)
{
    public static ReferenceData Of(ReferenceFile file) => new(
        [.. file.Features.Select(Feature)],
        file.Score is { } score ? new ReferenceFeature("score", score.Edges, [], [.. score.Counts.Select(count => (double)count)], 0) : null,
        file.Performance?.Auroc);

    private static ReferenceFeature Feature(FeatureReference feature) => feature.Categories is { } words
        ? new ReferenceFeature(feature.Name, [], [.. words.Keys], [.. words.Values.Select(count => (double)count)], feature.Missing)
        : new ReferenceFeature(feature.Name, feature.Edges ?? [], [], [.. (feature.Counts ?? []).Select(count => (double)count)], feature.Missing);
}

/// <summary>One distribution: counts between edges (one more than edges, the outermost open), or counts of words.</summary>
/// <param name="Edges">Ascending; a value on an edge belongs above it. Empty for words.</param>
/// <param name="Counts">One for each bin or word.</param>
/// <param name="Missing">How many had none.</param>
public sealed record ReferenceFeature(string Name, IReadOnlyList<double> Edges, IReadOnlyList<string> Words, IReadOnlyList<double> Counts, double Missing)
{
    public bool IsNumeric => Words.Count == 0;

    /// <summary>The bin of a value; for words that the reference does not know, one past the last.</summary>
    public int BinOf(double number)
    {
        var (low, high) = (0, Edges.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (number < Edges[middle]) high = middle;
            else low = middle + 1;
        }

        return low;
    }

    public int BinOf(string word)
    {
        for (var i = 0; i < Words.Count; i++)
        {
            if (Words[i] == word) return i;
        }

        return Words.Count;
    }
}
