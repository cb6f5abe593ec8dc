using System.Text;
using DatacenterOst.Fhir;

namespace DatacenterOst.UnitTests.Fhir;

[Collection(Alone.Name)]
public sealed class When_a_bundle_is_very_large
{
    private const int Entries = 100_000;
    private const long MaxHeld = 32 * 1024 * 1024;

    [Fact]
    public async Task one_entry_is_held_at_a_time()
    {
        using var stream = new Endless();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var count = 0;
        await foreach (var entry in BundleReader.ReadAsync(stream, TestContext.Current.CancellationToken))
        {
            if (count++ % 20_000 == 0) Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MaxHeld);
            Assert.Equal((byte)'{', entry.Resource.Span[0]);
        }
        Assert.Equal(Entries, count);
        Assert.InRange(stream.Sent, 100_000_000, long.MaxValue);
    }

    /// <summary>A bundle of a hundred megabytes that is never in memory as a whole.</summary>
    private sealed class Endless : Stream
    {
        private readonly byte[] entry = Encoding.UTF8.GetBytes($$""",{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Basic","code":{"text":"{{new string('x', 1000)}}" } } }""");
        private byte[] piece = Encoding.UTF8.GetBytes("""{"resourceType":"Bundle","type":"collection","entry":[""");
        private int at;
        private int entries;

        public long Sent { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            if (at == piece.Length)
            {
                if (entries > Entries) return 0;
                piece = entries == 0 ? entry[1..] : entries == Entries ? "]}"u8.ToArray() : entry;
                entries++;
                at = 0;
            }
            var count = Math.Min(buffer.Length, piece.Length - at);
            piece.AsSpan(at, count).CopyTo(buffer);
            at += count;
            Sent += count;
            return count;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));
        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => Sent; set => throw new NotSupportedException(); }
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
