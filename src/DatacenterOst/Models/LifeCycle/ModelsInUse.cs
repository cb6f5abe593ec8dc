using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Store.Models;
using DatacenterOst.Terminology;

namespace DatacenterOst.Models.LifeCycle;

/// <summary>
/// The models that work now: those that came with the product and those that were deployed, each where the changes in the store have put it.
/// <see cref="Current"/> is one immutable snapshot and is replaced whole, so that a request which began with one ends with it.
/// </summary>
public sealed class ModelsInUse : IDisposable
{
    /// <summary>Bytes of a package that came over the network, when it is unpacked.</summary>
    public const long MaxUploaded = 256L * 1024 * 1024;

    /// <summary>Bytes of a package that is deployed from a folder or file of this machine.</summary>
    public const long MaxDeployed = PackageFolder.MaxBytes;

    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly string shippedDirectory;
    private readonly ModelCatalogue shipped;
    private readonly DeployedPackages deployed;
    private readonly ModelStore store;
    private readonly Dictionary<string, (ModelPackage? Package, IReadOnlyList<string> Reasons)> loaded = new(StringComparer.Ordinal);
    private long seen;
    private volatile ModelCatalogue current;

    /// <param name="shippedDirectory">Holds <c>&lt;id&gt;/&lt;version&gt;/model.yaml</c>, as the product ships it.</param>
    /// <param name="data">The data folder; packages go into <c>models/</c> below it.</param>
    /// <param name="settings">Site and trusted keys; none for neither.</param>
    public ModelsInUse(string shippedDirectory, string data, ModelStore store, Func<string, ConceptEntry?> concepts, PackageSettings? settings = null)
    {
        this.shippedDirectory = shippedDirectory;
        this.store = store;
        shipped = ModelCatalogue.Load(shippedDirectory, concepts, settings);
        deployed = new DeployedPackages(Path.Combine(data, "models"), store.Packages, concepts, settings);
        current = shipped;
    }

    public ModelCatalogue Current => current;

    /// <summary>The files of a package's folder as one zip.</summary>
    /// <exception cref="Problem">NotFound; TooLarge.</exception>
    public static byte[] Pack(string folder) => PackageArchive.Pack(folder);

    /// <summary>Takes changes into use, of whatever node they are.</summary>
    /// <returns>True when there were any.</returns>
    public async Task<bool> Refresh(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            var stamp = await store.Changes.Stamp(cancellationToken);
            if (stamp == seen) return false;
            var changes = await store.Changes.All(cancellationToken);
            var (packages, refused) = await Packages(changes, cancellationToken);
            current = ModelCatalogue.Of(shipped, packages, refused, changes);

            // A change between the two reads is in what was read, and is looked at once more.
            seen = stamp;
            return true;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Takes a packed package in, runs its vectors, and keeps it as verified. The same package again changes nothing.</summary>
    /// <exception cref="Problem">Unprocessable with every reason when it does not load or its vectors fail: it is noted as a draft and never serves. Conflict when the version is there with other content.</exception>
    public async Task<PackageId> Deploy(ReadOnlyMemory<byte> zip, long maxBytes, Reason reason, Caller caller, CancellationToken cancellationToken)
    {
        var (who, why) = reason.Checked();
        await Refresh(cancellationToken);
        using var incoming = deployed.Open(zip, maxBytes);
        var history = (await store.Changes.History(incoming.Model, cancellationToken)).Changes;
        var draft = new ModelChange(0, default, incoming.Model, incoming.Version, incoming.Hash, ModelStage.Draft, ModelStage.Draft, ModelChangeKind.Deploy) { Who = who, Why = why };
        if (incoming.Package is not { } package)
        {
            var told = string.Join("; ", incoming.Reasons);
            var kept = $"{why} – refused: {told}";
            await store.Changes.Add(incoming.Model, history.Count, [draft with { Why = kept.Length <= ModelChanges.MaxText ? kept : kept[..ModelChanges.MaxText] }], caller, cancellationToken);
            throw new Problem(ProblemKind.Unprocessable, $"The package {incoming.Model} {incoming.Version} does not hold, and so never serves: {told}", where: "package");
        }

        if (OtherContent(package.Id, history))
            throw new Problem(ProblemKind.Conflict, $"{package.Id.Model} {package.Id.Version} is there with other content. What was said with it must stay repeatable: give the new content a new version.", where: "version");
        if (Current.Find(package.Id) is not null) return package.Id;
        deployed.Place(incoming);
        await store.Packages.Keep(package.Id.Hash, zip, cancellationToken);
        await store.Changes.Add(incoming.Model, history.Count, [draft, draft with { To = ModelStage.Verified, Why = "its vectors passed" }], caller, cancellationToken);
        await Refresh(cancellationToken);
        return package.Id;
    }

    /// <summary>Puts a version to a stage.</summary>
    /// <param name="objections">What speaks against a version that is to answer, for example services that it does not fit.</param>
    /// <returns>The changes; none when it stood so already.</returns>
    /// <exception cref="Problem">NotFound, Conflict or Unprocessable.</exception>
    public async Task<IReadOnlyList<ModelChange>> Promote(PackageName name, StageChange change, Reason reason, Func<StagedPackage, StageChange, IReadOnlyList<string>> objections, CancellationToken cancellationToken)
    {
        reason = reason.Checked();
        await Refresh(cancellationToken);
        var history = (await store.Changes.History(name.Model.Value, cancellationToken)).Changes;
        var staged = Current.Staged(name.Model, name.Version) ?? throw NotHere(name, history);
        if (objections(staged, change) is { Count: > 0 } against) throw new Problem(ProblemKind.Unprocessable, string.Join("; ", against), where: "version");
        var changes = LifeCyclePlan.Promote(Current.LineupOf(name.Model), staged, change, reason);
        return await Write(name.Model, history, changes, cancellationToken);
    }

    /// <summary>Takes back what was last put before people.</summary>
    /// <exception cref="Problem">NotFound; Unprocessable when there is nothing to go back to.</exception>
    public async Task<IReadOnlyList<ModelChange>> Rollback(ModelId model, Reason reason, CancellationToken cancellationToken)
    {
        reason = reason.Checked();
        await Refresh(cancellationToken);
        var history = (await store.Changes.History(model.Value, cancellationToken)).Changes;
        if (Current.StagesOf(model).Count == 0) throw new Problem(ProblemKind.NotFound, "There is no such model; GET /api/models lists them.", where: "id");
        var changes = LifeCyclePlan.Rollback(Current.LineupOf(model), history, hash => Current.StagesOf(model).FirstOrDefault(one => one.Package.Id.Hash == hash), reason);
        return await Write(model, history, changes, cancellationToken);
    }

    public void Dispose() => turn.Dispose();

    private async Task<IReadOnlyList<ModelChange>> Write(ModelId model, IReadOnlyList<ModelChange> history, IReadOnlyList<ModelChange> changes, CancellationToken cancellationToken)
    {
        if (changes.Count == 0) return [];
        foreach (var change in changes) await KeepShipped(change, cancellationToken);
        var written = await store.Changes.Add(model.Value, history.Count, changes, Caller.Product, cancellationToken);
        await Refresh(cancellationToken);
        return written;
    }

    // A later version of the product may ship other content under the same name; what was in use must stay repeatable.
    private async Task KeepShipped(ModelChange change, CancellationToken cancellationToken)
    {
        if (shipped.Packages.FirstOrDefault(package => package.Id.Hash == change.Hash) is not { } package) return;
        var folder = Path.Combine(shippedDirectory, package.Id.Model.Value, package.Id.Version);
        await store.Packages.Keep(change.Hash, PackageArchive.Pack(folder), cancellationToken);
    }

    private bool OtherContent(PackageId id, IReadOnlyList<ModelChange> history)
        => history.Any(change => change.To != ModelStage.Draft && change.Version == id.Version && change.Hash != id.Hash)
            || shipped.Packages.Any(package => package.Id.Model == id.Model && package.Id.Version == id.Version && package.Id.Hash != id.Hash);

    private async Task<(List<ModelPackage> Packages, List<RefusedPackage> Refused)> Packages(IReadOnlyList<ModelChange> changes, CancellationToken cancellationToken)
    {
        var (packages, refused) = (new List<ModelPackage>(), new List<RefusedPackage>());
        var kept = changes.Where(change => change.To != ModelStage.Draft).Select(change => new PackageId(new ModelId(change.Model), change.Version, change.Hash)).Distinct();
        foreach (var id in kept)
        {
            if (shipped.Packages.Any(package => package.Id == id)) continue;
            if (!loaded.TryGetValue(id.Hash, out var found))
            {
                var problems = new PackageProblems();
                found = (await deployed.Load(id, problems, cancellationToken), problems.List());

                // What could not be had may come; what was good is not loaded twice.
                if (found.Package is not null) loaded[id.Hash] = found;
            }

            if (found.Package is { } package) packages.Add(package);
            else refused.Add(new RefusedPackage($"{id.Model}/{id.Version}", found.Reasons));
        }

        return (packages, refused);
    }

    private static Problem NotHere(PackageName name, IReadOnlyList<ModelChange> history)
        => history.LastOrDefault(change => change.Version == name.Version) is { To: ModelStage.Draft } draft
            ? new Problem(ProblemKind.Unprocessable, $"{name.Model} {name.Version} is a draft: its vectors have not passed, and so it never serves. {draft.Why}", where: "version")
            : new Problem(ProblemKind.NotFound, $"There is no version {name.Version} of {name.Model}; deploy it first.", where: "version");
}

/// <summary>A model and a version of it.</summary>
public sealed record PackageName(ModelId Model, string Version);

/// <summary>The parts of the store that the life of models is kept in.</summary>
public sealed record ModelStore(ModelChanges Changes, StoredPackages Packages)
{
    public static ModelStore Of(Store.StoreDatabase database) => new(new ModelChanges(database), new StoredPackages(database));
}
