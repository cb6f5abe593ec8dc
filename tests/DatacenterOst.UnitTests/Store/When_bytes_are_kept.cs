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

    [Fact]
    public void what_was_kept_once_is_read_for_ever()
    {
        // Made on 2026-11-22; if this fails, stores in the field can no longer be read.
        var kept = Convert.FromBase64String(Kept);
        Assert.Equal(Observation, Encoding.UTF8.GetString(KeptBytes.Open(kept, KeptBytes.AfterUsual)));
    }

    private const string Kept = "gRMAAKiqqqr+jycR2AAEBOSqp5MeBBTkIqqwDMDBWBCJSWKAO22MLWrOt7vgqLARkN7j5vzV1RE0ZvGcrlUcxkGrVXo4PwtQEPO0/Ck=";
}
