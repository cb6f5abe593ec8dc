namespace DatacenterOst.Store;

/// <summary>
/// Both stores keep instants as microseconds since 1970 UTC: PostgreSQL's own timestamps have that resolution, SQLite
/// has none of its own, and one number sorts the same everywhere.
/// </summary>
internal static class Instants
{
    private const long TicksPerMicrosecond = 10;

    public static long Micros(DateTimeOffset instant)
    {
        var ticks = instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        return ticks >= 0 ? ticks / TicksPerMicrosecond : -((TicksPerMicrosecond - 1 - ticks) / TicksPerMicrosecond);
    }

    public static DateTimeOffset From(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * TicksPerMicrosecond);

    /// <summary>The instant as it will be read back.</summary>
    public static DateTimeOffset Kept(DateTimeOffset instant) => From(Micros(instant));
}
