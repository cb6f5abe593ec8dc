using System.Collections.Concurrent;

namespace DatacenterOst.Access.Clients;

/// <summary>
/// Counts the calls of each client against its rate: a bucket that holds a burst and fills by so many a second. Each node counts
/// for itself.
/// </summary>
public sealed class CallPace(TimeProvider time)
{
    // As many as there are clients, or were since the start.
    private readonly ConcurrentDictionary<string, Bucket> buckets = new(StringComparer.Ordinal);

    /// <summary>Whether the client may make this call; if so, it counts.</summary>
    public bool Take(CdsClient client) => buckets.GetOrAdd(client.Id, _ => new Bucket(client.Rate.Burst, time.GetTimestamp())).Take(client.Rate, time);

    private sealed class Bucket(double filled, long since)
    {
        private readonly Lock gate = new();
        private double calls = filled;
        private long at = since;

        public bool Take(ClientRate rate, TimeProvider time)
        {
            lock (gate)
            {
                var now = time.GetTimestamp();
                calls = Math.Min(rate.Burst, calls + (time.GetElapsedTime(at, now).TotalSeconds * rate.PerSecond));
                at = now;
                if (calls < 1)
                    return false;
                calls--;
                return true;
            }
        }
    }
}
