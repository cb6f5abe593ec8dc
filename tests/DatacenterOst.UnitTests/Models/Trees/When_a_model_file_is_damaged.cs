using System.Buffers.Binary;
using DatacenterOst.Clinical;
using DatacenterOst.Models.Files;
using DatacenterOst.Models.Numeric;
using FsCheck;
using FsCheck.Fluent;

namespace DatacenterOst.UnitTests.Models.Trees;

/// <summary>Whatever the bytes: a model or a refusal, soon, and without room made for what is not there.</summary>
public sealed class When_a_model_file_is_damaged
{
    private const long MaxAllocated = 64 << 20;

    private static readonly byte[] Telling = [0, 1, 0x7F, 0x80, 0xFF, .. "{}[]#$\":,.0129-eEinIUlLdDSTFZN =\n"u8];

    [Theory]
    [InlineData("xgb-categories.json")]
    [InlineData("xgb-categories.ubj")]
    [InlineData("lgb-binary.txt")]
    public void nothing_comes_of_it_but_a_model_or_a_problem(string name)
    {
        var good = Fixtures.Bytes(name);
        var change = from at in Gen.Choose(0, good.Length - 1) from what in Gen.Choose(0, 9) from b in Gen.Elements(Telling) from length in Gen.Choose(1, 40) select (at, what, b, length);
        var damaged = from changes in Gen.ListOf(change) select changes.Aggregate(good, Apply);
        Prop.ForAll(damaged.ToArbitrary(), Holds).Check(Config.QuickThrowOnFailure.WithMaxTest(600).WithEndSize(6));
    }

    [Theory]
    [InlineData("xgb-categories.json")]
    [InlineData("xgb-categories.ubj")]
    [InlineData("lgb-binary.txt")]
    public void every_cut_is_noticed(string name)
    {
        var good = Fixtures.Bytes(name);
        // What follows LightGBM's trees is not needed for scoring.
        var needed = name.EndsWith(".txt", StringComparison.Ordinal) ? good.AsSpan().IndexOf("end of trees"u8) : good.Length - 1;
        for (var length = 0; length < needed; length += 97) Assert.Throws<Problem>(() => ModelFile.Read(good.AsMemory(0, length)));
        Assert.Throws<Problem>(() => ModelFile.Read(good.AsMemory(0, needed)));
    }

    [Theory]
    [InlineData("[$d#L", 1L << 28)]
    [InlineData("[$D#L", 1L << 60)]
    [InlineData("[$D#L", -1)]
    [InlineData("[#L", 1L << 30)]
    [InlineData("[$Z#L", 1L << 30)]
    [InlineData("[$[#L", 1L << 20)]
    [InlineData("{#L", 1L << 30)]
    [InlineData("SL", 1L << 30)]
    public void a_length_that_the_file_does_not_have_costs_nothing(string opening, long length)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, length);
        byte[] file = [.. "{i"u8, 7, .. "learner"u8, .. System.Text.Encoding.ASCII.GetBytes(opening), .. bytes, .. "}}"u8];
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<Problem>(() => ModelFile.Read(file));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void nesting_without_end_is_refused()
    {
        Assert.Throws<Problem>(() => ModelFile.Read((byte[])[.. "{i"u8, 1, (byte)'a', .. Enumerable.Repeat((byte)'[', 1_000_000)]));
        Assert.Throws<Problem>(() => ModelFile.Read((byte[])[.. "{\"a\":"u8, .. Enumerable.Repeat((byte)'[', 1_000_000)]));
        Assert.Throws<Problem>(() => ModelFile.Read((byte[])[.. "{\"a\":["u8, .. Enumerable.Repeat("[],"u8.ToArray(), 2_100_000).SelectMany(b => b), .. "1]}"u8]));
    }

    private static bool Holds(byte[] file)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var model = ModelFile.Read(file);
            model.Score(new InputValue[model.Inputs.Count]);
            model.Explain(new InputValue[model.Inputs.Count]);
        }
        catch (Problem)
        {
        }

        return GC.GetAllocatedBytesForCurrentThread() - before < MaxAllocated;
    }

    private static byte[] Apply(byte[] bytes, (int At, int What, byte Byte, int Length) change)
    {
        if (bytes.Length == 0) return [change.Byte];
        var at = change.At % bytes.Length;
        var end = Math.Min(bytes.Length, at + change.Length);
        return change.What switch
        {
            0 => bytes[..at],
            1 => [.. bytes[..at], .. bytes[end..]],
            2 => [.. bytes[..end], .. bytes[at..]],
            3 or 4 => [.. bytes[..at], change.Byte, .. bytes[at..]],
            _ => [.. bytes[..at], change.Byte, .. bytes[(at + 1)..]],
        };
    }
}
