namespace DatacenterOst.Models.Trees;

/// <summary>
/// XGBoost writes NaN and Infinity bare into its JSON, which no JSON reader takes: NaN is its threshold of every categorical split.
/// Each becomes a number of the same length that XGBoost never writes (its exponents have a capital E), and is known again by that.
/// </summary>
internal static class BareWords
{
    private static ReadOnlySpan<byte> NaN => "NaN"u8;

    private static ReadOnlySpan<byte> NaNNumber => "0e9"u8;

    private static ReadOnlySpan<byte> Infinity => "Infinity"u8;

    private static ReadOnlySpan<byte> InfinityNumber => "0e999999"u8;

    private static ReadOnlySpan<byte> MinusInfinityNumber => "-0e999999"u8;

    public static ReadOnlySpan<byte> AsNumbers(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf(NaN) < 0 && json.IndexOf(Infinity) < 0) return json;
        var copy = json.ToArray();
        var at = 0;
        while (copy.AsSpan(at).IndexOfAny((byte)'"', (byte)'N', (byte)'I') is >= 0 and var next)
        {
            at += next;
            var rest = copy.AsSpan(at);
            if (rest[0] == '"')
                at += TextLength(rest);
            else if (rest.StartsWith(NaN))
                NaNNumber.CopyTo(rest);
            else if (rest.StartsWith(Infinity))
                InfinityNumber.CopyTo(rest);
            else
                at++;
        }

        return copy;
    }

    public static double? Meaning(ReadOnlySpan<byte> number)
        => number.SequenceEqual(NaNNumber) ? double.NaN
            : number.SequenceEqual(InfinityNumber) ? double.PositiveInfinity
            : number.SequenceEqual(MinusInfinityNumber) ? double.NegativeInfinity
            : null;

    private static int TextLength(ReadOnlySpan<byte> quoted)
    {
        var at = 1;
        while (at < quoted.Length && quoted[at] != '"') at += quoted[at] == '\\' ? 2 : 1;
        return Math.Min(at + 1, quoted.Length);
    }
}
