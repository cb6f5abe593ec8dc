using System.Diagnostics;
using DatacenterOst.Clinical;
using DatacenterOst.Models.Numeric;
using DatacenterOst.Models.Onnx;

namespace DatacenterOst.UnitTests.Models.Onnx;

/// <summary>Files with bytes changed, cut out, doubled and cut off: a refusal or a model, never anything else, and never without bound.</summary>
public sealed class When_an_onnx_file_is_damaged
{
    /// <summary>Far above what a whole file of these needs, far below what a claim that is believed would take.</summary>
    private const long MostBytes = 600_000_000;

    [Theory]
    [InlineData("logistic", 4000)]
    [InlineData("onehot-logistic", 4000)]
    [InlineData("mlp", 4000)]
    [InlineData("svc", 600)]
    [InlineData("hist-gradient-boosting", 300)]
    public void it_is_refused_or_scored(string name, int times)
    {
        var whole = File.ReadAllBytes(Path.Combine(OnnxFixture.Folder, name + ".onnx"));
        var random = new Random(20261122);
        var (refused, scored) = (0, 0);
        for (var i = 0; i < times; i++)
        {
            var bytes = Damage(whole, random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var clock = Stopwatch.StartNew();
            try
            {
                var model = OnnxModel.Load(bytes, "damaged.onnx");
                var row = new InputValue[model.Inputs.Count];
                Array.Fill(row, new InputValue(1));
                model.Run(row);
                model.Explain(row);
                scored++;
            }
            catch (Problem problem)
            {
                Assert.Equal(ProblemKind.Invalid, problem.Kind);
                refused++;
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"{name}, attempt {i}: {clock.Elapsed}");
        }

        Assert.Equal(times, refused + scored);
        Assert.True(refused > times / 4, $"{refused} refused, {scored} scored");
    }

    private static byte[] Damage(byte[] whole, Random random)
    {
        var bytes = new List<byte>(whole);
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            // Half of the changes are near the beginning of something: small values where lengths and kinds stand.
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at)); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 40), bytes.Count - at))); break;
                case 4: bytes.InsertRange(at, [0xff, 0xff, 0xff, 0xff, 0x07]); break;
                default: bytes.RemoveRange(at / 2 * 2 == at ? at : 0, Math.Min(random.Next(1, 3), bytes.Count - at)); break;
            }

            if (bytes.Count == 0) return [];
        }

        return [.. bytes];
    }
}
