using DatacenterOst.Models;

namespace DatacenterOst.Cards;

/// <summary>The languages that card texts are written in.</summary>
public enum Language : byte
{
    Danish = 1,
    English = 2,
}

public static class LocalTexts
{
    public static string In(this LocalText text, Language language) => language == Language.Danish ? text.Da : text.En;
}

/// <summary>
/// Which language a client asked for. No version of CDS Hooks speaks of languages, so the rule is ours: Accept-Language
/// (RFC 9110 §12.5.4) as the EHR passes it on, else the language of the service.
/// </summary>
public static class AcceptLanguage
{
    /// <summary>Longer headers are ignored: no browser or EHR sends one, and nothing depends on it.</summary>
    public const int MaxLength = 500;

    /// <summary>The best of Danish and English by quality; ties go to the one named first; otherwise <paramref name="fallback"/>.</summary>
    public static Language Choose(string? header, Language fallback)
    {
        if (string.IsNullOrWhiteSpace(header) || header.Length > MaxLength) return fallback;

        var (best, bestQuality) = (fallback, 0m);
        foreach (var range in header.Split(','))
        {
            if (Known(range, fallback) is not { } language) continue;
            var quality = Quality(range);
            if (quality > bestQuality) (best, bestQuality) = (language, quality);
        }

        return best;
    }

    private static Language? Known(string range, Language fallback)
    {
        var tag = range.Split(';')[0].Trim();
        var primary = tag.Split('-')[0].ToLowerInvariant();
        return primary switch
        {
            "da" => Language.Danish,
            "en" => Language.English,
            "*" => fallback,
            _ => null,
        };
    }

    private static decimal Quality(string range)
    {
        foreach (var parameter in range.Split(';').Skip(1))
        {
            var pair = parameter.Split('=', 2, StringSplitOptions.TrimEntries);
            if (pair.Length != 2 || !pair[0].Equals("q", StringComparison.OrdinalIgnoreCase)) continue;
            return decimal.TryParse(pair[1], System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out var quality)
                ? Math.Min(quality, 1m)
                : 0m;
        }

        return 1m;
    }
}
