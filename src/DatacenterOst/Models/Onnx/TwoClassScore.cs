namespace DatacenterOst.Models.Onnx;

/// <summary>
/// Two classes of which the leaves weigh only one, as gradient boosting and skl2onnx's forests write them. The definition is silent
/// on how the other class comes about; this is what ONNX Runtime does (tree_ensemble_aggregator.h): weights that are all positive
/// are taken for probabilities, mixed ones for scores around zero.
/// </summary>
internal sealed class TwoClassScore(PostTransform transform, double[] starts, bool allPositive)
{
    /// <summary>Makes the scores of both classes of the one; returns the class that wins, which is decided on the raw score.</summary>
    public int Finish(Span<double> scores, int weighed)
    {
        var score = (double)(float)(scores[weighed] + (starts.Length == 1 ? starts[0] : 0));
        if (weighed == 1)
        {
            scores[1] = score;
            Transforms.Apply(transform, scores);
        }
        else
        {
            (scores[0], scores[1]) = transform switch
            {
                PostTransform.Probit => (1 - Transforms.Probit(score), Transforms.Probit(score)),
                PostTransform.Logistic => (Transforms.Logistic(-score), Transforms.Logistic(score)),
                _ => (allPositive ? 1 - score : -score, score),
            };
        }

        return Wins(score);
    }

    private int Wins(double score) => score > (allPositive ? 0.5 : 0) ? 1 : 0;
}
