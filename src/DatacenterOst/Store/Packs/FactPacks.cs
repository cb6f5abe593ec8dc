using System.Collections.Concurrent;
using System.Data.Common;
using System.Threading.Channels;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store.Packs;

/// <summary>
/// Keeps the charts that requests are made for, and that are long, quick to read: when one was read from many rows, its facts are packed after the
/// answer, one patient at a time. What is packed only ever makes reading faster: a pack that is not there or not whole is read from its rows.
/// </summary>
internal sealed class FactPacks : IAsyncDisposable
{
    /// <summary>Facts read from rows that make packing worth while.</summary>
    private const int Many = 500;

    /// <summary>Patients that wait; those who come when it is full are packed another time.</summary>
    private const int MaxWaiting = 64;

    /// <summary>Patients whose packs are known here.</summary>
    private const int MaxRemembered = 20_000;

    private readonly Remembered<PatientId, int> rowsLeft = new(MaxRemembered);
    private readonly ConcurrentDictionary<PatientId, IReadOnlyList<Code>> waiting = new();
    private readonly Channel<PatientId> queue = Channel.CreateBounded<PatientId>(MaxWaiting);
    private readonly CancellationTokenSource closing = new();
    private readonly Task packing;

    public FactPacks(IStoreDialect dialect) => packing = Work(new FactPacking(dialect), closing.Token);

    /// <summary>Whether the patient was packed here; where not, their facts are read from rows as if they had no packs.</summary>
    public bool Has(PatientId patient) => rowsLeft.TryGet(patient, out _);

    /// <summary>Says how many facts were read from rows, which may be worth packing.</summary>
    public void Tell(PatientId patient, IReadOnlyList<Code> concepts, int rows)
    {
        var left = rowsLeft.TryGet(patient, out var known) ? known : 0;
        if (rows - left >= Many && waiting.TryAdd(patient, concepts) && !queue.Writer.TryWrite(patient)) waiting.TryRemove(patient, out _);
    }

    /// <summary>Waits until nothing waits to be packed.</summary>
    public async Task Settled(CancellationToken cancellationToken)
    {
        while (!waiting.IsEmpty) await Task.Delay(10, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await packing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        closing.Dispose();
    }

    private async Task Work(FactPacking packer, CancellationToken cancellationToken)
    {
        await foreach (var patient in queue.Reader.ReadAllAsync(cancellationToken))
        {
            try
            {
                rowsLeft.Add(patient, await packer.Pack(patient, waiting[patient], cancellationToken));
            }
            catch (Exception failed) when (failed is DbException or Problem)
            {
                // The store cannot be reached, or another was first: the facts are read from rows, and packed another time.
            }
            finally
            {
                waiting.TryRemove(patient, out _);
            }
        }
    }
}
