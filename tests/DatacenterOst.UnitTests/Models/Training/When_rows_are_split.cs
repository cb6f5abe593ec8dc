using DatacenterOst.Models.Training;

namespace DatacenterOst.UnitTests.Models.Training;

public sealed class When_rows_are_split
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly long[] Patients = [.. Enumerable.Range(0, 300).Select(row => row * 7919L % 97)];

    private static readonly bool[] Outcomes = [.. Patients.Select(patient => patient % 5 == 0)];

    [Fact]
    public void nobody_is_on_both_sides_and_every_row_is_judged_once()
    {
        var folds = Folds.ByPatient(Patients, Outcomes, 5, 1);
        Assert.Equal(Enumerable.Range(0, 300), folds.SelectMany(fold => fold.Test).Order());
        Assert.All(folds, fold => Assert.Empty(fold.Train.Select(row => Patients[row]).Intersect(fold.Test.Select(row => Patients[row]))));
    }

    [Fact]
    public void each_part_has_its_share_of_patients_with_the_outcome()
    {
        var shares = Folds.ByPatient(Patients, Outcomes, 4, 1).Select(fold => fold.Test.Where(row => Outcomes[row]).Select(row => Patients[row]).Distinct().Count());
        Assert.All(shares, share => Assert.InRange(share, 4, 6));
    }

    [Fact]
    public void the_seed_decides()
    {
        Assert.Equal(Folds.ByPatient(Patients, Outcomes, 5, 3)[0].Test, Folds.ByPatient(Patients, Outcomes, 5, 3)[0].Test);
        Assert.NotEqual(Folds.ByPatient(Patients, Outcomes, 5, 3)[0].Test, Folds.ByPatient(Patients, Outcomes, 5, 4)[0].Test);
    }

    [Fact]
    public void by_time_nothing_is_learnt_from_later_rows_nor_of_patients_that_are_judged()
    {
        DateTimeOffset[] times = [.. Enumerable.Range(0, 300).Select(row => Begin.AddHours(row))];
        var folds = Folds.ByTime([.. Enumerable.Range(0, 300).Select(row => row / 3L)], times, 4);
        Assert.Equal(4, folds.Count);
        Assert.All(folds, fold =>
        {
            Assert.True(fold.Train.Max(row => times[row]) < fold.Test.Min(row => times[row]));
            Assert.Empty(fold.Train.Select(row => row / 3).Intersect(fold.Test.Select(row => row / 3)));
        });
    }

    [Fact]
    public void by_time_there_is_nothing_to_split_where_all_times_are_the_same()
        => Assert.Empty(Folds.ByTime([1, 2], [Begin, Begin], 3));
}
