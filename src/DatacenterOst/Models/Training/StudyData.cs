using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Store;
using DatacenterOst.Terminology;

namespace DatacenterOst.Models.Training;

/// <summary>A study with its cohort, read from files and from the store.</summary>
/// <param name="Folder">Where study.yaml lies; the draft lies beside it.</param>
public sealed record StudyData(Study Study, string Folder, string DraftText, CohortData Cohort)
{
    internal PackageDraft Draft { get; init; } = null!;

    public TrainingRows Rows => StudyMatrix.Of(Study, Draft, Cohort.Rows);

    /// <summary>The matrix as CSV.</summary>
    public void WriteMatrix(TextWriter text) => StudyMatrix.Write(text, Rows, Cohort.Rows);

    public TrainingResult Train(int threads, Action<string> say, CancellationToken cancellationToken)
        => TrainingRun.Run(Study, Draft, Cohort, threads, say, cancellationToken);
}

/// <summary>Reads studies. The files are small and local; the cohort comes from the store.</summary>
public sealed class StudyReading(StoreDatabase store, Func<string, ConceptEntry?> concepts)
{
    /// <summary>Characters of study.yaml and of a draft, as <see cref="Features.YamlFile"/> takes them.</summary>
    private const long MaxBytes = Features.YamlFile.MaxCharacters * 4L;

    /// <param name="path">study.yaml.</param>
    /// <param name="outcomes">File of outcomes; null takes the one that the study names, if it takes them from a file.</param>
    /// <exception cref="Problem">NotFound and Invalid, with what to mend.</exception>
    public async Task<StudyData> Read(string path, string? outcomes, IProgress<int>? progress, Caller caller, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var study = Study.Read(Text(path), Path.GetFileName(path));
        var draftText = Text(Path.Combine(folder, study.Draft));
        var draft = PackageDraft.Read(draftText, study.Draft, folder, concepts);
        var table = study.Outcome.File is { } file ? Table(file, outcomes, folder) : null;
        var cohort = new Cohort(study, draft, table, new CohortStore(new PatientDirectory(store), new PatientsWithFact(store), new Timeline(store)));
        return new StudyData(study, folder, draftText, await cohort.Read(progress, caller, cancellationToken)) { Draft = draft };
    }

    private static IReadOnlyDictionary<string, KnownOutcome> Table(OutcomeFile file, string? given, string folder)
    {
        var path = given ?? (file.Path is { } own ? Path.Combine(folder, own) : throw new Problem(ProblemKind.Invalid, "the study takes outcomes from a file; name it with --outcomes", where: "outcome"));
        if (!File.Exists(path)) throw new Problem(ProblemKind.NotFound, "there is no such file of outcomes", where: path);
        using var reader = new StreamReader(path);
        return OutcomeTable.Read(reader, file, Path.GetFileName(path));
    }

    internal static string Text(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists) throw new Problem(ProblemKind.NotFound, "there is no such file", where: path);
        return file.Length <= MaxBytes ? File.ReadAllText(path) : throw new Problem(ProblemKind.TooLarge, $"is larger than {MaxBytes} bytes", where: path);
    }
}
