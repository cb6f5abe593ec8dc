using DatacenterOst.Clinical;

namespace DatacenterOst.Sources;

/// <summary>Writes an identifier in the one way in which it is compared, whichever source it came from.</summary>
public static class PatientIdentifiers
{
    /// <summary>
    /// Trimmed; a Danish CPR number without the hyphen that people write (<c>010203-1234</c>), so that two sources mean
    /// one patient. Null when nothing is left.
    /// </summary>
    public static Identifier? Of(string system, string? value)
    {
        var text = value?.Trim() ?? "";
        if (system == CodeSystems.Cpr && text.Length == 11 && text[6] == '-')
            text = text.Remove(6, 1);
        return text.Length == 0 ? null : new Identifier(system, text);
    }

    /// <summary>Sex as FHIR, HL7 table 0001 or Danish and English words write it.</summary>
    public static Sex SexOf(string? text) => text?.Trim().ToUpperInvariant() switch
    {
        "F" or "FEMALE" or "K" or "KVINDE" => Sex.Female,
        "M" or "MALE" or "MAND" => Sex.Male,
        "O" or "OTHER" or "A" => Sex.Other,
        _ => Sex.Unknown,
    };

    /// <summary>A whole date from <c>yyyy-MM-dd</c> or <c>yyyyMMdd</c>, with or without a time behind it; null for anything less.</summary>
    public static DateOnly? BirthDateOf(string? text)
    {
        var date = text?.Trim() ?? "";
        if (date.Length >= 10 && Exact(date[..10], "yyyy-MM-dd") is { } dashed)
            return dashed;
        return date.Length >= 8 ? Exact(date[..8], "yyyyMMdd") : null;
    }

    private static DateOnly? Exact(string text, string format) =>
        DateOnly.TryParseExact(text, format, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var date) ? date : null;
}
