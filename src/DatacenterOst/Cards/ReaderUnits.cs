using System.Collections.Frozen;
using DatacenterOst.Models;

namespace DatacenterOst.Cards;

/// <summary>
/// UCUM units as clinicians write them. A service may say otherwise for its own values; what stands in neither is shown
/// as UCUM has it, because a strange unit is safer than none.
/// </summary>
public static class ReaderUnits
{
    private static readonly FrozenDictionary<string, LocalText> Written = new Dictionary<string, LocalText>
    {
        [""] = new("", ""),
        ["1"] = new("", ""),
        ["{ratio}"] = new("", ""),
        ["{score}"] = new("point", "points"),
        ["{points}"] = new("point", "points"),
        ["umol/L"] = new("µmol/L", "µmol/L"),
        ["ug/L"] = new("µg/L", "µg/L"),
        ["10*9/L"] = new("10⁹/L", "10⁹/L"),
        ["10*6/L"] = new("10⁶/L", "10⁶/L"),
        ["10*12/L"] = new("10¹²/L", "10¹²/L"),
        ["[IU]/mL"] = new("IU/mL", "IU/mL"),
        ["[iU]/mL"] = new("IU/mL", "IU/mL"),
        ["{copies}/mL"] = new("kopier/mL", "copies/mL"),
        ["mm[Hg]"] = new("mmHg", "mmHg"),
        ["Cel"] = new("°C", "°C"),
        ["/min"] = new("/min", "/min"),
        ["1/min"] = new("/min", "/min"),
        ["{beats}/min"] = new("/min", "/min"),
        ["{breaths}/min"] = new("/min", "/min"),
        ["mL/min/{1.73_m2}"] = new("mL/min/1,73 m²", "mL/min/1.73 m²"),
        ["min"] = new("min", "min"),
        ["h"] = new("timer", "hours"),
        ["d"] = new("dage", "days"),
        ["wk"] = new("uger", "weeks"),
        ["mo"] = new("måneder", "months"),
        ["a"] = new("år", "years"),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, LocalText> ForOne = new Dictionary<string, LocalText>
    {
        ["h"] = new("time", "hour"),
        ["d"] = new("dag", "day"),
        ["wk"] = new("uge", "week"),
        ["mo"] = new("måned", "month"),
        ["a"] = new("år", "year"),
        ["{score}"] = new("point", "point"),
        ["{points}"] = new("point", "point"),
    }.ToFrozenDictionary();

    /// <param name="shown">The number as it is shown, because "1 days" is wrong and "1.0 days" is not.</param>
    public static string Of(string ucum, string shown, Language language)
    {
        if (shown == "1" && ForOne.TryGetValue(ucum, out var one)) return one.In(language);
        return Written.TryGetValue(ucum, out var unit) ? unit.In(language) : ucum;
    }
}
