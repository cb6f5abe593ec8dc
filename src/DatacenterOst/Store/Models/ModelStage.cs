namespace DatacenterOst.Store.Models;

/// <summary>Where a version of a model stands in its life. The numbers are stored: never give one another meaning.</summary>
public enum ModelStage : short
{
    /// <summary>Handed in; its vectors have not passed. It never serves.</summary>
    Draft = 0,

    /// <summary>Its own vectors passed on this installation. It does not serve yet.</summary>
    Verified = 1,

    /// <summary>Scores what others answer, and shows nothing.</summary>
    Silent = 2,

    /// <summary>Answers for a share of the patients, or for named units; scores the others in silence.</summary>
    Canary = 3,

    /// <summary>Answers.</summary>
    Active = 4,

    /// <summary>Answers no more; kept, so that what it said can be made again.</summary>
    Retired = 5,
}

/// <summary>What a change was. The numbers are stored.</summary>
public enum ModelChangeKind : short
{
    /// <summary>A package was handed in.</summary>
    Deploy = 1,

    /// <summary>A person put a version to another stage.</summary>
    Promote = 2,

    /// <summary>A version gave way to another that took its place.</summary>
    Replace = 3,

    /// <summary>The last step was taken back.</summary>
    Rollback = 4,
}

/// <summary>One change in the life of a version, as it is kept: added, never altered.</summary>
/// <param name="Sequence">1 for the first change of the model, then without gaps.</param>
/// <param name="Hash">SHA-256 of the package's content.</param>
/// <param name="Share">Of 10,000 patients; 0 where the canary is by unit, and for other stages.</param>
/// <param name="Units">Named wards or organisations of a canary.</param>
public sealed record ModelChange(
    long Sequence, DateTimeOffset At, string Model, string Version, string Hash, ModelStage From, ModelStage To, ModelChangeKind Kind)
{
    public const int WholeShare = 10_000;

    public int Share { get; init; }

    public IReadOnlyList<string> Units { get; init; } = [];

    public required string Who { get; init; }

    public required string Why { get; init; }
}

/// <summary>All changes of one model, in order, and whether each row still says what was written: their hashes are a chain.</summary>
public sealed record ModelHistory(IReadOnlyList<ModelChange> Changes, bool IsIntact);
