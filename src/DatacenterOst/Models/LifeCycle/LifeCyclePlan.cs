using DatacenterOst.Clinical;
using DatacenterOst.Store.Models;

namespace DatacenterOst.Models.LifeCycle;

/// <summary>From what stands and what is asked to the changes that are written. Pure; the only place that knows which step may follow which.</summary>
public static class LifeCyclePlan
{
    /// <summary>Empty when it stands so already.</summary>
    /// <exception cref="Problem">Conflict or Unprocessable, when the step may not follow.</exception>
    public static IReadOnlyList<ModelChange> Promote(Lineup lineup, StagedPackage package, StageChange change, Reason reason)
    {
        if (package.Stage == change.To && package.Share == change.Share && package.Units.SequenceEqual(change.Units, StringComparer.Ordinal)) return [];
        if (package.Stage == ModelStage.Active && change.To == ModelStage.Canary)
            throw new Problem(ProblemKind.Unprocessable, "The active version answers for all. Put another version in its place first, or this one to silent.", where: "to");
        if (change.To == ModelStage.Canary && lineup.Canary is { } other && other.Package != package.Package)
            throw new Problem(ProblemKind.Conflict, $"{other.Package.Id.Version} is the canary. Two canaries could not be told apart: put that one to another stage first.", where: "to");
        if (change.To == ModelStage.Silent && lineup.Silent.Count(one => one.Package != package.Package) >= Lineup.MaxSilent)
            throw new Problem(ProblemKind.Conflict, $"{Lineup.MaxSilent} versions score in silence already, as many as may. Retire one first.", where: "to");

        var changes = new List<ModelChange>();
        if (change.To == ModelStage.Active && lineup.Active is { } former)
            changes.Add(Row(former, ModelStage.Retired, ModelChangeKind.Replace, reason with { Why = $"replaced by {package.Package.Id.Version}: {reason.Why}" }));
        changes.Add(Row(package, change.To, ModelChangeKind.Promote, reason) with { Share = change.Share, Units = change.Units });
        return changes;
    }

    /// <summary>Takes back what was last put before people: a canary is silent again; else the version that was active before takes the place of the one that is.</summary>
    /// <param name="find">The package of that hash; null when it is no longer here.</param>
    /// <exception cref="Problem">Unprocessable, when there is nothing to go back to.</exception>
    public static IReadOnlyList<ModelChange> Rollback(Lineup lineup, IReadOnlyList<ModelChange> history, Func<string, StagedPackage?> find, Reason reason)
    {
        if (lineup.Canary is { } canary) return [Row(canary, ModelStage.Silent, ModelChangeKind.Rollback, reason)];
        if (lineup.Active is not { } active) throw new Problem(ProblemKind.Unprocessable, "No version of the model answers, so there is nothing to take back.", where: "id");
        var before = Activations(history);
        if (before.Count == 0 || before[^1] != active.Package.Id.Hash || before.Count == 1 || find(before[^2]) is not { } former)
            throw new Problem(ProblemKind.Unprocessable, "No version was active before this one. To take it out of use, put it to silent or retired.", where: "id");
        return [Row(active, ModelStage.Retired, ModelChangeKind.Rollback, reason), Row(former, ModelStage.Active, ModelChangeKind.Rollback, reason)];
    }

    /// <summary>Hashes of the versions that were active one after the other, without those that were taken back; the last is the one that is.</summary>
    private static List<string> Activations(IReadOnlyList<ModelChange> history)
    {
        var active = new List<string>();
        foreach (var change in history)
        {
            // What came with the product was active before anybody wrote it down.
            if (change.Kind == ModelChangeKind.Replace && !active.Contains(change.Hash)) active.Insert(0, change.Hash);
            if (change.Kind == ModelChangeKind.Promote && change.To == ModelStage.Active) active.Add(change.Hash);
            if (change.From == ModelStage.Active && change.To != ModelStage.Active && change.Kind != ModelChangeKind.Replace && active.Count > 0 && active[^1] == change.Hash)
                active.RemoveAt(active.Count - 1);
        }

        return active;
    }

    private static ModelChange Row(StagedPackage package, ModelStage to, ModelChangeKind kind, Reason reason)
    {
        var id = package.Package.Id;
        return new ModelChange(0, default, id.Model.Value, id.Version, id.Hash, package.Stage, to, kind) { Who = reason.Who, Why = Short(reason.Why) };
    }

    private static string Short(string text) => text.Length <= ModelChanges.MaxText ? text : text[..ModelChanges.MaxText];
}
