namespace DatacenterOst.Models.Trees;

/// <summary>
/// Points and weights on (0, 1) by which the integral of a polynomial of degree below twice their number is an exact sum
/// (Abramowitz and Stegun, 25.4.29).
/// </summary>
internal static class GaussLegendre
{
    public static (double[] Points, double[] Weights) Of(int count)
    {
        // Newton's method doubles the right digits each time: from these starting values five steps reach the last.
        const int MaxSteps = 12;
        var points = new double[count];
        var weights = new double[count];
        for (var i = 0; i < count; i++)
        {
            var x = Math.Cos(Math.PI * (i + 0.75) / (count + 0.5));
            var slope = 1.0;
            for (var step = 0; step < MaxSteps; step++)
            {
                (var value, slope) = Legendre(count, x);
                x -= value / slope;
            }

            points[i] = (1 - x) / 2;
            weights[i] = 1 / ((1 - (x * x)) * slope * slope);
        }

        return (points, weights);
    }

    private static (double Value, double Slope) Legendre(int degree, double x)
    {
        var (before, value) = (1.0, x);
        for (var n = 2; n <= degree; n++) (before, value) = (value, (((2 * n) - 1) * x * value - ((n - 1) * before)) / n);
        return (value, degree * ((x * value) - before) / ((x * x) - 1));
    }
}
