using DatacenterOst.Access;
using DatacenterOst.Cards;
using DatacenterOst.Clinical;
using DatacenterOst.Models;
using DatacenterOst.Models.LifeCycle;
using DatacenterOst.Models.Monitoring;
using DatacenterOst.Store.Models;

namespace DatacenterOst.Server.Models;

/// <summary>What is done with models while the server runs, the same for API and command line.</summary>
public sealed class ModelLife(ModelsInUse models, ServicesInUse services)
{
    public ModelsInUse InUse => models;

    /// <summary>Takes changes of any node into use; the services then speak for the versions that work.</summary>
    /// <returns>True when there were any.</returns>
    public async Task<bool> Refresh(CancellationToken cancellationToken)
    {
        var before = models.Current;
        await models.Refresh(cancellationToken);
        if (ReferenceEquals(before, models.Current)) return false;
        services.Rebind();
        ModelMeters.Changed();
        return true;
    }

    /// <summary>Takes a package in and, where a stage is asked for, puts it there.</summary>
    /// <exception cref="Problem">As <see cref="ModelsInUse.Deploy"/> and <see cref="ModelsInUse.Promote"/>.</exception>
    public async Task<PackageId> Deploy(ReadOnlyMemory<byte> zip, long maxBytes, StageChange? change, Reason reason, CancellationToken cancellationToken)
    {
        try
        {
            var id = await models.Deploy(zip, maxBytes, reason, Caller.Product, cancellationToken);
            if (change is not null) await models.Promote(new PackageName(id.Model, id.Version), change, reason, Objections, cancellationToken);
            return id;
        }
        finally
        {
            services.Rebind();
        }
    }

    /// <exception cref="Problem">As <see cref="ModelsInUse.Promote"/>.</exception>
    public async Task<IReadOnlyList<ModelChange>> Promote(PackageName name, StageChange change, Reason reason, CancellationToken cancellationToken)
    {
        var changes = await models.Promote(name, change, reason, Objections, cancellationToken);
        services.Rebind();
        return changes;
    }

    /// <exception cref="Problem">As <see cref="ModelsInUse.Rollback"/>.</exception>
    public async Task<IReadOnlyList<ModelChange>> Rollback(ModelId model, Reason reason, CancellationToken cancellationToken)
    {
        var changes = await models.Rollback(model, reason, cancellationToken);
        services.Rebind();
        return changes;
    }

    private IReadOnlyList<string> Objections(StagedPackage staged, StageChange change) => change.To switch
    {
        ModelStage.Active or ModelStage.Canary => services.Objections(staged.Package),
        ModelStage.Retired => [.. services.Current.All
            .Where(service => service.Model == staged.Package.Id.Model && service.ModelVersion == staged.Package.Id.Version)
            .Select(service => $"the CDS service {service.Id} names this version; change its service.yaml first")],
        _ => [],
    };
}
