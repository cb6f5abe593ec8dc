namespace DatacenterOst.Fhir.Units;

/// <summary>Spellings that laboratories write and UCUM does not know, with what is meant.</summary>
internal static class UnitHints
{
    public static string For(string symbol) => symbol switch
    {
        "µ" or "μ" => "; micro is written u",
        "sec" or "second" => "; a second is s",
        "hr" or "hrs" or "hour" or "hours" => "; an hour is h",
        "day" or "days" => "; a day is d",
        "week" or "weeks" => "; a week is wk",
        "month" or "months" => "; a month is mo",
        "year" or "years" or "yr" => "; a year is a",
        "cc" => "; a cubic centimetre is cm3 or mL",
        "mcg" => "; a microgram is ug",
        "IU" or "iu" => "; international units are [IU]",
        "mIU" => "; milli-international units are m[IU]",
        "degC" or "C°" => "; degrees Celsius are Cel",
        "degF" or "F" => "; degrees Fahrenheit are [degF]",
        "mmHg" => "; millimetres of mercury are mm[Hg]",
        "lb" or "lbs" => "; a pound is [lb_av]",
        "in" or "inch" => "; an inch is [in_i]",
        "ft" => "; a foot is [ft_i]",
        "cells" or "copies" or "RBC" or "WBC" => $"; what is counted goes into braces, {{{symbol}}}",
        "pct" or "percent" => "; per cent is %",
        _ => "; what is not a unit goes into braces, {text}",
    };
}
