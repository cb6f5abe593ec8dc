using System.Globalization;

namespace DatacenterOst.Models.Training;

/// <summary>A cohort as the numbers that learners take.</summary>
internal static class StudyMatrix
{
    /// <summary>Features with a number, without those that the study leaves out; in the order of the package.</summary>
    public static IReadOnlyList<int> Inputs(Study study, PackageDraft draft)
    {
        var places = new List<int>();
        for (var i = 0; i < draft.Features.Definitions.Count; i++)
        {
            var feature = draft.Features.Definitions[i];
            if (study.Without.Contains(feature.Name) || (feature.IsInWords && feature.Numbers.Count == 0)) continue;
            places.Add(i);
        }

        return places;
    }

    public static TrainingRows Of(Study study, PackageDraft draft, IReadOnlyList<CohortRow> cohort)
    {
        var places = Inputs(study, draft);
        string[] names = [.. places.Select(place => draft.Features.Definitions[place].Name)];
        return new TrainingRows(names, [.. cohort.Select(row => Values(row.Vector, places))], [.. cohort.Select(row => row.Outcome ? 1.0 : 0)])
        {
            FollowUp = study.IsSurvival ? new FollowUp([.. cohort.Select(row => row.FollowedDays!.Value)], study.Outcome.HorizonDays) : null,
        };
    }

    public static double[] Values(Features.FeatureVector vector, IReadOnlyList<int> places)
    {
        var values = new double[places.Count];
        for (var i = 0; i < values.Length; i++) values[i] = vector.Values[places[i]].Number ?? double.NaN;
        return values;
    }

    /// <summary>The matrix as CSV, for those who train elsewhere: patient key, index time, outcome, in a survival study the days followed, inputs; an empty cell is a missing value.</summary>
    public static void Write(TextWriter text, TrainingRows rows, IReadOnlyList<CohortRow> cohort)
    {
        text.Write(rows.FollowUp is null ? "patient,index_time,outcome" : "patient,index_time,outcome,days");
        foreach (var input in rows.Inputs) text.Write($",{input}");
        text.Write('\n');
        for (var i = 0; i < rows.Count; i++)
        {
            text.Write(string.Create(CultureInfo.InvariantCulture, $"{cohort[i].Patient.Value},{cohort[i].IndexTime.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ},{rows.Outcomes[i]:0}"));
            if (rows.FollowUp is { } followed) text.Write(string.Create(CultureInfo.InvariantCulture, $",{followed.Days[i]:R}"));
            foreach (var value in rows.Values[i]) text.Write(double.IsNaN(value) ? "," : string.Create(CultureInfo.InvariantCulture, $",{value:R}"));
            text.Write('\n');
        }
    }
}
