using DatacenterOst.Features;

namespace DatacenterOst.Models.Calibration;

/// <summary>A band of the score; the first that fits is the conclusion.</summary>
/// <param name="Rows">Values for the card's table.</param>
/// <param name="Ppv">Expected positive predictive value at its threshold; null where it was not measured.</param>
/// <param name="Npv">Expected negative predictive value at its threshold; null where it was not measured.</param>
public sealed record RiskBand(string Id, int Rank, NumberRange Range, IReadOnlyList<string> Rows, double? Ppv, double? Npv)
{
    internal Conclusion Conclusion => new(Id, Rank, Rows) { Ppv = Ppv, Npv = Npv };

    /// <param name="names">Values that a row may name.</param>
    internal static IReadOnlyList<RiskBand> ReadAll(YamlMap model, IReadOnlyList<string> names)
    {
        var bands = new List<RiskBand>();
        foreach (var map in model.Maps("bands"))
        {
            if (!map.Has("rank")) map.Report("a band needs 'rank', a whole number; higher is worse");
            var rows = map.Texts("rows");
            foreach (var row in rows) if (!names.Contains(row)) map.Report("rows", $"names '{row}'; values are {string.Join(", ", names)}");
            var id = map.Required("id");
            if (bands.Any(band => band.Id == id)) map.Report("id", $"'{id}' is used before");
            bands.Add(new RiskBand(id, map.Whole("rank", 0, 1000) ?? 0, NumberRange.Read(map), rows, Share(map, "ppv"), Share(map, "npv")));
        }

        if (bands.Count == 0) model.Report("'bands' is missing; a score without a band concludes nothing");
        return bands;
    }

    private static double? Share(YamlMap map, string key)
    {
        var share = (double?)map.Number(key);
        if (share is < 0 or > 1) map.Report(key, "must lie between 0 and 1");
        return share;
    }
}
