using System.IO.Compression;
using System.Text;
using DatacenterOst.Store.Kept;

namespace DatacenterOst.UnitTests.Store;

public sealed class When_bytes_are_kept
{
    private const string Observation =
        """{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2160-0","display":"Creatinine"}]},"subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-03-01T08:00:00Z","valueQuantity":{"value":1.2,"unit":"mg/dL","system":"http://unitsofmeasure.org","code":"mg/dL"}}""";

    [Theory, InlineData(1), InlineData(7), InlineData(15), InlineData(40)]
    public void they_are_read_back_as_they_were(int times)
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Observation, times)));
        var (kept, encoding) = KeptBytes.Keep(bytes);
        Assert.True(kept.Length < bytes.Length);
        Assert.Equal(bytes, KeptBytes.Open(kept, encoding));
    }

    [Fact]
    public void a_usual_resource_takes_a_fifth_of_its_length()
    {
        var (kept, encoding) = KeptBytes.Keep(Encoding.UTF8.GetBytes(Observation));
        Assert.Equal(KeptBytes.AfterUsual, encoding);
        Assert.True(kept.Length < Observation.Length / 4, $"{kept.Length} of {Observation.Length} bytes");
    }

    [Fact]
    public void what_looks_like_a_resource_and_is_noise_is_read_back_too()
    {
        var random = new Random(20260301);
        for (var length = 0; length < 5_000; length += 37)
        {
            var bytes = new byte[length + 1];
            random.NextBytes(bytes);
            bytes[0] = (byte)'{';
            var (kept, encoding) = KeptBytes.Keep(bytes);
            Assert.Equal(bytes, KeptBytes.Open(kept, encoding));
        }
    }

    [Theory]
    [InlineData(KeptBytes.BrotliAfterUsual, "gRMAAKiqqqr+jycR2AAEBOSqp5MeBBTkIqqwDMDBWBCJSWKAO22MLWrOt7vgqLARkN7j5vzV1RE0ZvGcrlUcxkGrVXo4PwtQEPO0/Ck=")]
    [InlineData(KeptBytes.AfterUsual, "KLUv/WA5ALUBAFPBA+1jOoa5OBcn+0c5Vq/IWg38mBoDnxejFk/U2Ab4zamuwwgNC7dI6s5UtI0iFXqSYdYKrw==")]
    public void what_was_kept_once_is_read_for_ever(short encoding, string kept)
        // Made on 2026-11-22; if this fails, stores in the field can no longer be read.
        => Assert.Equal(Observation, Encoding.UTF8.GetString(KeptBytes.Open(Convert.FromBase64String(kept), encoding)));

    [Fact]
    public void what_was_compressed_by_brotli_alone_is_read_for_ever()
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Observation, 40)));
        var kept = new byte[bytes.Length];
        Assert.True(BrotliEncoder.TryCompress(bytes, kept, out var written, 2, 16));
        Assert.Equal(bytes, KeptBytes.Open(kept[..written], KeptBytes.Brotli));
    }

    [Fact]
    public void what_is_broken_is_said_to_be()
    {
        var (kept, encoding) = KeptBytes.Keep(Encoding.UTF8.GetBytes(Observation));
        var random = new Random(20261122);
        for (var attempt = 0; attempt < 2_000; attempt++)
        {
            var broken = kept[..random.Next(1, kept.Length)];
            if (attempt % 2 == 0)
            {
                broken = [.. kept];
                broken[random.Next(5)] ^= (byte)random.Next(1, 256);
            }

            try
            {
                KeptBytes.Open(broken, encoding);
            }
            catch (InvalidDataException)
            {
                // As it should be. Broken in the middle, a text may open to another, as it may in any file without a checksum.
            }
        }

        Assert.Throws<InvalidDataException>(() => KeptBytes.Open(kept[..^3], encoding));
        Assert.Throws<InvalidDataException>(() => KeptBytes.Open(kept, 99));
    }

    [Fact]
    public void many_at_once_do_not_disturb_each_other()
        => Parallel.For(0, 2_000, number =>
        {
            var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Observation.Replace("p1", $"p{number}", StringComparison.Ordinal), 1 + (number % 20))));
            var (kept, encoding) = KeptBytes.Keep(bytes);
            Assert.Equal(bytes, KeptBytes.Open(kept, encoding));
        });
}
