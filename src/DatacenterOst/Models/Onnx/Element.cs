namespace DatacenterOst.Models.Onnx;

/// <summary>
/// How a double stands for an element of each kind. Sums, differences, products, quotients and roots of floats, computed in double
/// and rounded once, are the floats that float arithmetic gives (a double has more than twice a float's digits), so one
/// representation serves all kinds.
/// </summary>
internal static class Element
{
    public static bool IsWhole(ElementKind kind) => kind is not (ElementKind.Float32 or ElementKind.Float64 or ElementKind.Text);

    public static bool IsReal(ElementKind kind) => kind is ElementKind.Float32 or ElementKind.Float64;

    public static bool Fits(ElementKind kind, double value) => kind switch
    {
        ElementKind.Bool => value is 0 or 1,
        ElementKind.UInt8 => value is >= 0 and <= byte.MaxValue,
        ElementKind.Int8 => value is >= sbyte.MinValue and <= sbyte.MaxValue,
        ElementKind.UInt16 => value is >= 0 and <= ushort.MaxValue,
        ElementKind.Int16 => value is >= short.MinValue and <= short.MaxValue,
        ElementKind.Int32 => value is >= int.MinValue and <= int.MaxValue,
        ElementKind.UInt32 => value is >= 0 and <= uint.MaxValue,
        _ => true,
    };

    /// <summary>The value as an element of the kind holds it: floats rounded, whole numbers cut towards zero.</summary>
    public static double As(ElementKind kind, double value) => kind switch
    {
        ElementKind.Float32 => (float)value,
        ElementKind.Float64 => value,
        ElementKind.Bool => value != 0 ? 1 : 0,
        _ => Clamped(kind, value),
    };

    // Beyond the range C leaves the result open; the nearest bound is what a clip that follows expects. Not a number becomes 0.
    private static double Clamped(ElementKind kind, double value)
    {
        if (double.IsNaN(value)) return 0;
        var whole = Math.Truncate(value);
        return kind switch
        {
            ElementKind.UInt8 => Math.Clamp(whole, 0, byte.MaxValue),
            ElementKind.Int8 => Math.Clamp(whole, sbyte.MinValue, sbyte.MaxValue),
            ElementKind.UInt16 => Math.Clamp(whole, 0, ushort.MaxValue),
            ElementKind.Int16 => Math.Clamp(whole, short.MinValue, short.MaxValue),
            ElementKind.Int32 => Math.Clamp(whole, int.MinValue, int.MaxValue),
            ElementKind.UInt32 => Math.Clamp(whole, 0, uint.MaxValue),
            _ => Math.Clamp(whole, -9007199254740992d, 9007199254740992d),
        };
    }
}
