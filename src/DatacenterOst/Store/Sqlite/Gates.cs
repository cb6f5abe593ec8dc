namespace DatacenterOst.Store.Sqlite;

/// <summary>
/// Locks by name within this process, which is the only one that writes an embedded store. Names share a fixed number of gates, so
/// that names which callers make up take no memory.
/// </summary>
internal sealed class Gates
{
    private const int Count = 1_024;

    private readonly SemaphoreSlim[] gates = [.. Enumerable.Range(0, Count).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>Takes the gates in one order for all, so that two who want several cannot wait for each other.</summary>
    public async Task<IAsyncDisposable> Take(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        var held = new Held();
        foreach (var number in names.Select(name => (int)((uint)name.GetHashCode(StringComparison.Ordinal) % Count)).Distinct().Order())
        {
            try
            {
                await gates[number].WaitAsync(cancellationToken);
            }
            catch
            {
                await held.DisposeAsync();
                throw;
            }

            held.Add(gates[number]);
        }

        return held;
    }

    private sealed class Held : IAsyncDisposable
    {
        private readonly List<SemaphoreSlim> taken = [];

        public void Add(SemaphoreSlim gate) => taken.Add(gate);

        public ValueTask DisposeAsync()
        {
            taken.ForEach(gate => gate.Release());
            taken.Clear();
            return ValueTask.CompletedTask;
        }
    }
}
