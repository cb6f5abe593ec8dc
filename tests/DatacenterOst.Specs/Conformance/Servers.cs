using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Conformance;

/// <summary>One server on each kind of store, started when a test first asks for it.</summary>
public abstract class Servers(PrivatePostgres postgres) : IAsyncLifetime
{
    private readonly SemaphoreSlim once = new(1, 1);
    private readonly Dictionary<string, RunningServer> running = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="store">sqlite or postgresql.</param>
    public async Task<RunningServer> On(string store)
    {
        await once.WaitAsync(Token);
        try
        {
            if (!running.TryGetValue(store, out var server))
            {
                server = await RunningServer.Start(store == "sqlite" ? null : await postgres.NewDatabase(Token), Token);
                running[store] = server;
                await Fill(server);
            }

            return server;
        }
        finally
        {
            once.Release();
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in running.Values)
            await server.DisposeAsync();
        once.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract Task Fill(RunningServer server);
}

/// <summary>Servers that hold the cohort; nothing writes to them afterwards.</summary>
public sealed class CohortServers(PrivatePostgres postgres) : Servers(postgres)
{
    /// <summary>Asks the question of a table's row and compares the answer with what the row says.</summary>
    public async Task Expect(string store, string ask, string expected)
    {
        var server = await On(store);
        using var answer = await server.Send("GET", ask);
        Expectation.Parse(expected).Check(ask, answer);
    }

    protected override async Task Fill(RunningServer server)
    {
        // One by one: the order of _lastUpdated is part of what is tested.
        foreach (var body in Cohort.Resources)
        {
            using var json = System.Text.Json.JsonDocument.Parse(body);
            var (type, id) = (json.RootElement.GetProperty("resourceType").GetString(), json.RootElement.GetProperty("id").GetString());
            using var answer = await server.Send("PUT", $"{type}/{id}", body);
            Assert.True(answer.Status == 201, $"{type}/{id} of the cohort was not stored: {answer}");
        }
    }
}

/// <summary>Servers that tests write to, each with ids of its own.</summary>
public sealed class WritableServers(PrivatePostgres postgres) : Servers(postgres)
{
    protected override Task Fill(RunningServer server) => Task.CompletedTask;
}

[CollectionDefinition(Name)]
public sealed class OverTheCohort : ICollectionFixture<CohortServers>
{
    public const string Name = "FHIR search over the cohort";
}

[CollectionDefinition(Name)]
public sealed class OverWritableServers : ICollectionFixture<WritableServers>
{
    public const string Name = "FHIR interactions that write";
}

/// <summary>Rows for both stores.</summary>
public static class Stores
{
    public static readonly TheoryData<string> Both = ["sqlite", "postgresql"];

    /// <summary>Each line <c>question | expectation</c> once for each store; blank lines are left out.</summary>
    public static TheoryData<string, string, string> Table(string table)
    {
        var rows = new TheoryData<string, string, string>();
        foreach (var store in Both.Select(row => row.Data))
        {
            foreach (var line in table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                var bar = line.LastIndexOf(" | ", StringComparison.Ordinal);
                rows.Add(store, line[..bar].TrimEnd(), line[(bar + 3)..].Trim());
            }
        }

        return rows;
    }
}
