namespace DatacenterOst.Models.Training;

/// <summary>Time to the outcome or to the end of the follow-up, by row.</summary>
/// <param name="Days">From the index time.</param>
/// <param name="Horizon">Days after which nobody is followed.</param>
public sealed record FollowUp(double[] Days, double Horizon);
