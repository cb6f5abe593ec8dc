namespace DatacenterOst.Models.Training;

/// <summary>Inputs, times and events of a survival study. A time without an event is censored there.</summary>
public sealed record SurvivalRows(IReadOnlyList<string> Inputs, double[][] Values, double[] Times, bool[] Events)
{
    public int Count => Values.Length;
}
