using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Hooks;

/// <summary>One server for a class of calls that change nothing in it; its store is empty.</summary>
public sealed class RunningHooks : IAsyncLifetime
{
    private RunningServer? server;

    public RunningServer Server => server!;

    public async ValueTask InitializeAsync() => server = await RunningServer.Start(null, CancellationToken.None);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
