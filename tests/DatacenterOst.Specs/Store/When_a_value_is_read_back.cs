using System.Globalization;
using DatacenterOst.Clinical;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Store;
using static DatacenterOst.Specs.Databases.TestStore;

namespace DatacenterOst.Specs.Store;

public sealed class When_a_value_is_read_back(PrivatePostgres postgres)
{
    private const int Values = 600;

    private static readonly decimal[] Edges =
        [0, 0.0m, 0.000000000000001m, 999999999999999m, 99999.9999999999m, -7.10m, 0.1m, 0.30m, 1e-10m, 123456789012345m, 0.123456789012345m, 5, 5.0m, 5.000m, 2.675m, 1e15m, 12345678901234.5m];

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task it_has_every_digit_that_was_written_up_to_fifteen(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var random = new Random(15);
        decimal[] written = [.. Edges, .. Enumerable.Range(0, Values).Select(_ => Random(random))];
        var start = SetClock.At("2026-03-01 00:00");
        var patient = (await store.Receive(store.Message(Anna, [.. written.Select((value, place) =>
            Value($"r{place}", value, Minute(start, place), Minute(start, place)))])))[0].Patient;
        var read = await store.Read(patient, AsOf.KnownBy(DateTimeOffset.MaxValue), from: "2026-03-01");
        Assert.Equal(written.Select(Text), read.Select(fact => Text(fact.Finding.Value!.Value)));
    }

    private static decimal Random(Random random)
    {
        var digits = random.NextInt64((long)Math.Pow(10, random.Next(1, 16)));
        return new decimal((int)digits, (int)(digits >> 32), 0, random.Next(2) == 0, (byte)random.Next(16));
    }

    private static string Minute(DateTimeOffset start, int minutes) => start.AddMinutes(minutes).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Text(decimal value) => value == 0 ? Math.Abs(value).ToString(CultureInfo.InvariantCulture) : value.ToString(CultureInfo.InvariantCulture);
}
