using System.Globalization;
using System.Numerics;

namespace DatacenterOst.Fhir.Units;

/// <summary>An exact fraction; UCUM's factors are products of such, so nothing is rounded before the end.</summary>
internal readonly record struct Rational
{
    public Rational(BigInteger numerator, BigInteger denominator)
    {
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator);
        if (denominator.Sign < 0) divisor = -divisor;
        (Numerator, Denominator) = (numerator / divisor, denominator / divisor);
    }

    public BigInteger Numerator { get; }
    public BigInteger Denominator { get; }

    public static Rational One { get; } = new(1, 1);
    public static Rational operator *(Rational a, Rational b) => new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);
    public static Rational operator /(Rational a, Rational b) => new(a.Numerator * b.Denominator, a.Denominator * b.Numerator);
    public static Rational operator +(Rational a, Rational b) => new(a.Numerator * b.Denominator + b.Numerator * a.Denominator, a.Denominator * b.Denominator);
    public static Rational operator -(Rational a, Rational b) => new(a.Numerator * b.Denominator - b.Numerator * a.Denominator, a.Denominator * b.Denominator);

    public static Rational Of(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var scale = (bits[3] >> 16) & 0xFF;
        var number = new BigInteger(new decimal(bits[0], bits[1], bits[2], bits[3] < 0, 0));
        return new Rational(number, BigInteger.Pow(10, scale));
    }

    public static Rational Of(double value) => new(new BigInteger(value * Math.Pow(2, Shift(value))), BigInteger.One << Shift(value));

    public Rational Pow(int exponent) => exponent >= 0
        ? new Rational(BigInteger.Pow(Numerator, exponent), BigInteger.Pow(Denominator, exponent))
        : new Rational(BigInteger.Pow(Denominator, -exponent), BigInteger.Pow(Numerator, -exponent));

    /// <summary>Reads "6.0221367e23" exactly.</summary>
    public static Rational Parse(string text)
    {
        var exponent = 0;
        var e = text.IndexOfAny(['e', 'E']);
        if (e >= 0) (exponent, text) = (int.Parse(text[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture), text[..e]);
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot >= 0) (exponent, text) = (exponent - (text.Length - dot - 1), text.Remove(dot, 1));
        var digits = BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return exponent >= 0 ? new Rational(digits * BigInteger.Pow(10, exponent), 1) : new Rational(digits, BigInteger.Pow(10, -exponent));
    }

    public double ToDouble()
    {
        // Both parts may be far beyond a double; 80 bits of the quotient are enough for one.
        var shift = (int)(80 + Denominator.GetBitLength() - Numerator.GetBitLength());
        var quotient = shift >= 0 ? (Numerator << shift) / Denominator : Numerator / (Denominator << -shift);
        return Math.ScaleB((double)quotient, -shift);
    }

    /// <summary>The nearest decimal with at most 28 significant digits, without trailing zeros; false beyond a decimal's range.</summary>
    public bool TryToDecimal(out decimal value)
    {
        value = 0;
        if (Numerator.IsZero) return true;
        var magnitude = (int)Math.Floor(BigInteger.Log10(BigInteger.Abs(Numerator)) - BigInteger.Log10(Denominator));
        if (magnitude is > 27 or < -28) return false;
        var scale = Math.Min(28, 27 - magnitude);
        var scaled = BigInteger.DivRem(BigInteger.Abs(Numerator) * BigInteger.Pow(10, scale), Denominator, out var rest);
        // Half to even, as decimal itself rounds.
        var twice = (rest * 2).CompareTo(Denominator);
        if (twice > 0 || (twice == 0 && !scaled.IsEven)) scaled += 1;
        while (scale > 0 && !scaled.IsZero && scaled % 10 == 0) (scaled, scale) = (scaled / 10, scale - 1);
        if (scaled >= BigInteger.One << 96 || scaled.IsZero) return false;
        var bits = (UInt128)scaled;
        value = new decimal((int)(uint)bits, (int)(uint)(bits >> 32), (int)(uint)(bits >> 64), Numerator.Sign < 0, (byte)scale);
        return true;
    }

    private static int Shift(double value) => value == 0 ? 0 : Math.Max(0, 60 - Math.ILogB(value));
}
