namespace DatacenterOst.Models.Training;

/// <summary>One split: rows to learn from, and rows to be judged on.</summary>
public sealed record Fold(int[] Train, int[] Test);

/// <summary>Ways to split rows so that nobody is on both sides.</summary>
public static class Folds
{
    /// <summary>
    /// Parts of patients, with about as many patients with the outcome in each; all rows of a patient are in one part. The seed decides.
    /// </summary>
    public static IReadOnlyList<Fold> ByPatient(IReadOnlyList<long> patients, IReadOnlyList<bool> outcomes, int count, ulong seed)
    {
        var came = new SortedDictionary<long, bool>();
        for (var i = 0; i < patients.Count; i++) came[patients[i]] = came.GetValueOrDefault(patients[i]) || outcomes[i];
        var part = new Dictionary<long, int>(came.Count);
        var next = 0;
        foreach (var group in came.GroupBy(pair => pair.Value).OrderBy(group => group.Key))
        {
            var own = group.Select(pair => pair.Key).ToArray();
            SeededDraws.For(seed, group.Key ? 1 : 0).Shuffle(own);
            foreach (var patient in own) part[patient] = next++ % count;
        }

        return [.. Enumerable.Range(0, count).Select(fold => Split(patients.Count, row => part[patients[row]] == fold, row => part[patients[row]] != fold))];
    }

    /// <summary>
    /// Spans of index time, each judged by a model of what came before it (rolling origin). A patient with rows on both sides is judged on
    /// neither: a model that has seen somebody last week knows them.
    /// </summary>
    /// <returns>Empty where all index times are the same.</returns>
    public static IReadOnlyList<Fold> ByTime(IReadOnlyList<long> patients, IReadOnlyList<DateTimeOffset> times, int count)
    {
        var sorted = times.Order().ToArray();
        if (sorted.Length == 0 || sorted[0] == sorted[^1]) return [];
        var folds = new List<Fold>(count);
        for (var fold = 1; fold <= count; fold++)
        {
            var from = sorted[(int)((long)fold * sorted.Length / (count + 1))];
            var to = fold == count ? DateTimeOffset.MaxValue : sorted[(int)((long)(fold + 1) * sorted.Length / (count + 1))];
            var before = new HashSet<long>(Enumerable.Range(0, patients.Count).Where(row => times[row] < from).Select(row => patients[row]));
            var split = Split(patients.Count, row => times[row] >= from && times[row] < to && !before.Contains(patients[row]), row => times[row] < from);
            if (split.Test.Length > 0 && split.Train.Length > 0) folds.Add(split);
        }

        return folds;
    }

    private static Fold Split(int rows, Predicate<int> isTest, Predicate<int> isTrain)
    {
        var all = Enumerable.Range(0, rows).ToArray();
        return new Fold(Array.FindAll(all, isTrain), Array.FindAll(all, isTest));
    }
}
