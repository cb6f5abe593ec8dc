using System.Text;
using DatacenterOst.Sources;

namespace DatacenterOst.UnitTests.Sources;

internal static class Reading
{
    public static SourceProfile Profile(string id) => SourceProfiles.Load(id, Path.Combine(Repository.Root(), "sources"));

    public static async Task<List<RawRecord>> Read(string profile, byte[] bytes)
    {
        var records = new List<RawRecord>();
        await foreach (var record in SourceProfiles.SourceOf(Profile(profile)).Read(new SlowStream(bytes), TestContext.Current.CancellationToken))
            records.Add(record);
        return records;
    }

    public static Task<List<RawRecord>> Read(string profile, string text) => Read(profile, Encoding.UTF8.GetBytes(text));

    public static RawItem OnlyItem(this IEnumerable<RawRecord> records) => Assert.Single(records.SelectMany(r => r.Items));

    public static RawFact OnlyFact(this IEnumerable<RawRecord> records)
    {
        var item = records.OnlyItem();
        Assert.Null(item.Problem);
        return Assert.Single(item.Facts);
    }

    /// <summary>Gives at most 1,000 bytes at a time, so that borders of pieces fall everywhere.</summary>
    private sealed class SlowStream(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken = default) =>
            base.ReadAsync(destination[..Math.Min(destination.Length, 1000)], cancellationToken);
    }
}
