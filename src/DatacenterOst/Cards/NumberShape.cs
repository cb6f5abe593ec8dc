namespace DatacenterOst.Cards;

public enum Rounding : byte
{
    /// <summary>To the nearest, halves away from zero, as people do it.</summary>
    Nearest = 1,

    /// <summary>Toward zero: a ratio of 1.96 is KDIGO stage 1 and must not read as 2.0, which is stage 2.</summary>
    Down = 2,
}

/// <summary>How many decimals a number is shown with: <c>0</c>, <c>0.0</c>, or up to as many as needed, <c>0.##</c>; <c>+0</c> for changes, whose sign is always shown; <c>0.0%</c> for a probability as a share of a hundred.</summary>
public readonly record struct NumberShape(int MinDecimals, int MaxDecimals, Rounding Rounding)
{
    public bool IsSigned { get; init; }

    /// <summary>The number is a share of one and is shown as one of a hundred.</summary>
    public bool IsPercent { get; init; }

    /// <summary>No clinical value needs more, and a card is not the place for it.</summary>
    public const int MostDecimals = 6;

    public static readonly NumberShape Whole = new(0, 0, Rounding.Nearest);

    /// <summary>Where the service says nothing: two decimals at most.</summary>
    public static readonly NumberShape Default = new(0, 2, Rounding.Nearest);

    /// <summary>Null when the text is not a shape.</summary>
    public static NumberShape? Parse(string text, Rounding rounding)
    {
        if (text.StartsWith('+')) return Parse(text[1..], rounding) is { IsSigned: false } change ? change with { IsSigned = true } : null;
        if (text.EndsWith('%')) return Parse(text[..^1].TrimEnd(), rounding) is { IsPercent: false } share ? share with { IsPercent = true } : null;
        if (text == "0") return new NumberShape(0, 0, rounding);
        if (!text.StartsWith("0.", StringComparison.Ordinal) || text.Length == 2) return null;

        var decimals = text.AsSpan(2);
        var fixedPart = decimals.IndexOf('#') < 0 ? decimals.Length : decimals.IndexOf('#');
        if (decimals.Length > MostDecimals) return null;
        if (decimals[..fixedPart].ContainsAnyExcept('0') || decimals[fixedPart..].ContainsAnyExcept('#')) return null;
        return new NumberShape(fixedPart, decimals.Length, rounding);
    }

    public decimal Round(decimal number) => decimal.Round(
        number, MaxDecimals, Rounding == Rounding.Down ? MidpointRounding.ToZero : MidpointRounding.AwayFromZero);

    public int DecimalsOf(decimal rounded)
    {
        for (var decimals = MinDecimals; decimals < MaxDecimals; decimals++)
            if (decimal.Round(rounded, decimals, MidpointRounding.ToZero) == rounded) return decimals;
        return MaxDecimals;
    }
}
