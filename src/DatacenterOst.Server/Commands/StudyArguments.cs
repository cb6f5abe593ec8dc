using System.CommandLine;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Models.Training;
using Spectre.Console;

namespace DatacenterOst.Server.Commands;

/// <summary>What the verbs that read a study share: its file, its outcomes, and the store.</summary>
public sealed class StudyArguments
{
    /// <summary>Patients between two lines of progress.</summary>
    private const int ProgressEvery = 500;

    private readonly StoreOptions store = new();

    public Argument<string> Path { get; } = new("study") { Description = "study.yaml: cohort, index times, outcome, learner and validation." };

    public Option<string?> Outcomes { get; } = new("--outcomes") { Description = "File of outcomes, where the study takes them from one.", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        command.Add(Path);
        AddOptionsTo(command);
    }

    public void AddOptionsTo(Command command)
    {
        command.Options.Add(Outcomes);
        store.AddTo(command);
    }

    public Settings Settings(ParseResult parsed) => store.Read(parsed);

    public async Task<StudyData> Read(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var centre = await DataCentre.Open(Settings(parsed), TimeProvider.System, cancellationToken);
        return await Read(centre, parsed.GetRequiredValue(Path), parsed.GetValue(Outcomes), cancellationToken);
    }

    public static async Task<StudyData> Read(DataCentre centre, string path, string? outcomes, CancellationToken cancellationToken)
    {
        var console = Root.ErrorConsole();
        var seen = new ProgressLines(count =>
        {
            if (count % ProgressEvery == 0) console.WriteLine(FormattableString.Invariant($"{count} patients read"));
        });
        var data = await new StudyReading(centre.Store, centre.Terminology.FindByKey).Read(path, outcomes, seen, Caller.Product, cancellationToken);
        console.WriteLine(FormattableString.Invariant($"{data.Cohort.Rows.Count} rows, {data.Cohort.Rows.Count(row => row.Outcome)} with the outcome"));
        foreach (var (reason, count) in data.Cohort.LeftOut) console.WriteLine(FormattableString.Invariant($"  left out {count}: {reason}"));
        if (data.Cohort.Rows.Count == 0)
            throw new Problem(ProblemKind.NotFound, "the study has no row: nobody in this store has the fact that begins it, with an outcome known; ingest the data first, or name their store with --data", where: path);
        return data;
    }
}

/// <summary>Progress said where it is made: <see cref="Progress{T}"/> posts to the thread pool, and lines would come out of order.</summary>
internal sealed class ProgressLines(Action<int> report) : IProgress<int>
{
    public void Report(int value) => report(value);
}
