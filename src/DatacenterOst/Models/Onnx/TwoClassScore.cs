namespace DatacenterOst.Models.Onnx;

/// <summary>
/// Two classes of which the leaves weigh only one, as gradient boosting and skl2onnx's forests write them. The definition is silent
/// on how the other class comes about; this is what ONNX Runtime does (tree_ensemble_aggregator.h): weights that are all positive
/// are taken for probabilities, mixed ones for scores around zero.
/// </summary>
internal sealed class TwoClassScore(PostTransform transform, double[] starts, bool allPositive)
{
    /// <summary>Makes the scores of both classes of the one; returns the class that wins.</summary>
    public int Finish(Span<double> scores, int weighed)
    {
        if (weighed == 1 || starts.Length == 2)
        {
            for (var i = 0; i < starts.Length; i++) scores[i] = (float)(scores[i] + starts[i]);
            var decisive = scores[weighed];
            Transforms.Apply(transform, scores);
            return Wins(decisive);
        }

        var score = (double)(float)(scores[0] + (starts.Length == 1 ? starts[0] : 0));
        var winner = Wins(score);
        if (transform == PostTransform.Probit)
        {
            (scores[0], scores[1]) = (1 - Transforms.Probit(score), Transforms.Probit(score));
        }
        else if (transform == PostTransform.Logistic && !allPositive)
        {
            (scores[0], scores[1]) = (Transforms.Logistic(-score), Transforms.Logistic(score));
        }
        else if (allPositive)
        {
            (scores[0], scores[1]) = (1 - score, score);
        }
        else
        {
            (scores[0], scores[1]) = (-score, score);
        }

        return winner;
    }

    private int Wins(double score) => score > (allPositive ? 0.5 : 0) ? 1 : 0;
}
