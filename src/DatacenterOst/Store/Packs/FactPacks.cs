using System.Collections.Concurrent;
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

    /// <summary>Rows left of a patient who cannot be packed: their chart is read from rows, and nobody tries again before the next start.</summary>
    private const int All = int.MaxValue;

    private readonly Remembered<PatientId, int> rowsLeft = new(MaxRemembered);
    private readonly ConcurrentDictionary<PatientId, (IReadOnlyList<Code> Concepts, int Rows)> waiting = new();
    private readonly Channel<PatientId> queue = Channel.CreateBounded<PatientId>(MaxWaiting);
    private readonly CancellationTokenSource closing = new();
    private readonly Task packing;

    public FactPacks(IStoreDialect dialect) => packing = Work(new FactPacking(dialect), closing.Token);

    /// <summary>Whether the patient was packed here; where not, their facts are read from rows as if they had no packs.</summary>
    public bool Has(PatientId patient) => rowsLeft.TryGet(patient, out var left) && left != All;

    /// <summary>Says how many facts were read from rows, which may be worth packing.</summary>
    public void Tell(PatientId patient, IReadOnlyList<Code> concepts, int rows)
    {
        if (rows - (rowsLeft.TryGet(patient, out var left) ? left : 0) >= Many) Add(patient, concepts, rows);
    }

    /// <summary>Says that a pack has other bytes than it should have: the facts are read from rows until it was made anew.</summary>
    public void Distrust(PatientId patient, IReadOnlyList<Code> concepts)
    {
        rowsLeft.Add(patient, All);
        Add(patient, concepts, 0);
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

    private void Add(PatientId patient, IReadOnlyList<Code> concepts, int rows)
    {
        if (waiting.TryAdd(patient, (concepts, rows)) && !queue.Writer.TryWrite(patient)) waiting.TryRemove(patient, out _);
    }

    private async Task Work(FactPacking packer, CancellationToken cancellationToken)
    {
        await foreach (var patient in queue.Reader.ReadAllAsync(cancellationToken))
        {
            var left = All;
            try
            {
                var (concepts, rows) = waiting[patient];
                if (await packer.Pack(patient, concepts, cancellationToken) is { } packed)
                {
                    // What the request read beside those: results that a correction moved, which no pack has.
                    left = packed.Left + Math.Max(0, rows - packed.Looked);
                }
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // The store cannot be reached, or it took too long: the facts are read from rows, as if there were no packs.
            }

            rowsLeft.Add(patient, left);
            waiting.TryRemove(patient, out _);
        }
    }
}
