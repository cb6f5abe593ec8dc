using System.Text.Json;

namespace DatacenterOst.Models.Monitoring;

/// <summary>What features and scores were like where the model was made: the package's reference.json, as drift needs it.</summary>
/// <param name="Score">Null where it is not said.</param>
/// <param name="Auroc">Area under the ROC curve there; null where it is not said.</param>
public sealed record ReferenceData(IReadOnlyList<ReferenceFeature> Features, ReferenceFeature? Score, double? Auroc)
{
    public const string FileName = "reference.json";

    /// <summary>A table of distributions is small.</summary>
    public const long MaxBytes = 16L << 20;

    /// <summary>Reads the distributions of a package's folder; null where it has none or they cannot be read.</summary>
    public static ReferenceData? Of(string folder)
    {
        var file = new FileInfo(Path.Combine(folder, FileName));
        if (!file.Exists || file.Length > MaxBytes) return null;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file.FullName));
            return Read(document.RootElement);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            return null;
        }
    }

    public static ReferenceData Read(JsonElement json)
    {
        var features = new List<ReferenceFeature>();
        if (json.TryGetProperty("features", out var listed))
        {
            if (listed.ValueKind == JsonValueKind.Array) features.AddRange(listed.EnumerateArray().Select(feature => Feature(feature.GetProperty("name").GetString()!, feature)));
            else features.AddRange(listed.EnumerateObject().Select(feature => Feature(feature.Name, feature.Value)));
        }

        var score = json.TryGetProperty("score", out var found) && found.ValueKind == JsonValueKind.Object ? Feature("score", found) : null;
        double? auroc = json.TryGetProperty("performance", out var performance) && performance.ValueKind == JsonValueKind.Object
            && performance.TryGetProperty("auroc", out var area) && area.ValueKind == JsonValueKind.Number ? area.GetDouble() : null;
        return new ReferenceData(features, score, auroc);
    }

    private static ReferenceFeature Feature(string name, JsonElement json)
    {
        var missing = json.TryGetProperty("missing", out var count) ? count.GetDouble() : 0;
        if (json.TryGetProperty("categories", out var categories))
        {
            var words = categories.EnumerateObject().ToList();
            return new ReferenceFeature(name, [], [.. words.Select(word => word.Name)], [.. words.Select(word => word.Value.GetDouble())], missing);
        }

        return new ReferenceFeature(
            name, [.. json.GetProperty("edges").EnumerateArray().Select(edge => edge.GetDouble())], [],
            [.. json.GetProperty("counts").EnumerateArray().Select(part => part.GetDouble())], missing);
    }
}

/// <summary>One distribution: counts between edges (one more than edges, the outermost open), or counts of words.</summary>
/// <param name="Edges">Ascending; a value on an edge belongs above it. Empty for words.</param>
/// <param name="Counts">One for each bin or word; where there is one less than edges, they lie between the edges and the outer bins are empty.</param>
/// <param name="Missing">How many had none.</param>
public sealed record ReferenceFeature(string Name, IReadOnlyList<double> Edges, IReadOnlyList<string> Words, IReadOnlyList<double> Counts, double Missing)
{
    public bool IsNumeric => Words.Count == 0;

    /// <summary>Counts of all bins, the outer ones included.</summary>
    public double[] Bins => !IsNumeric || Counts.Count != Edges.Count - 1 ? [.. Counts] : [0, .. Counts, 0];

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
