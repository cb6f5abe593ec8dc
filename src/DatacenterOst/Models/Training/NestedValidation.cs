namespace DatacenterOst.Models.Training;

/// <summary>Predictions for rows that their model had not seen.</summary>
/// <param name="Rows">Places of the rows that were predicted.</param>
/// <param name="Margins">Log-odds, in the order of <paramref name="Rows"/>.</param>
/// <param name="Probabilities">Of the outcome, by the horizon where the study has one.</param>
/// <param name="Chosen">What the inner validation of each fold chose.</param>
public sealed record Unseen(IReadOnlyList<int> Rows, IReadOnlyList<double> Margins, IReadOnlyList<double> Probabilities, IReadOnlyList<string> Chosen);

/// <summary>Nested validation: settings are chosen inside each outer fold, so that the outer rows decide nothing.</summary>
public static class NestedValidation
{
    public static Unseen Run(
        Learners learners, LearnerKind kind, TrainingRows rows, IReadOnlyList<long> patients, IReadOnlyList<Fold> folds, CancellationToken cancellationToken)
    {
        var (places, margins, probabilities, chosen) = (new List<int>(), new List<double>(), new List<double>(), new List<string>());
        foreach (var fold in folds)
        {
            var learnt = learners.Learn(kind, rows.Pick(fold.Train), [.. fold.Train.Select(row => patients[row])], cancellationToken);
            chosen.Add(learnt.Chosen);
            foreach (var row in fold.Test)
            {
                places.Add(row);
                margins.Add(learnt.Margin(rows.Values[row]));
                probabilities.Add(learnt.Predict(rows.Values[row]));
            }
        }

        return new Unseen(places, margins, probabilities, chosen);
    }
}
