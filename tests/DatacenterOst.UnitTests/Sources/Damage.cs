using FsCheck;
using FsCheck.Fluent;

namespace DatacenterOst.UnitTests.Sources;

/// <summary>Bytes put in, taken out, changed and cut off, anywhere.</summary>
internal static class Damage
{
    private static readonly byte[] Telling = [0, 9, 10, 13, 0x0B, 0x1C, .. "|^\\~&M\";,{}[]:1\u00F8\uFEFF"u8, 0xFF];

    public static void Check(byte[][] seeds, int times, Func<byte[], bool> holds)
    {
        var change = from at in Gen.Choose(0, 4000) from what in Gen.Choose(0, 7) from b in Gen.Elements(Telling) select (at, what, b);
        var damaged = from seed in Gen.Elements(seeds) from changes in Gen.ListOf(change) select changes.Aggregate(seed, Apply);
        Prop.ForAll(damaged.ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(times).WithEndSize(12));
    }

    private static byte[] Apply(byte[] bytes, (int At, int What, byte Byte) change)
    {
        var at = bytes.Length == 0 ? 0 : change.At % bytes.Length;
        return change.What switch
        {
            _ when bytes.Length == 0 => [change.Byte],
            0 => bytes[..at],
            1 or 2 => [.. bytes[..at], .. bytes[(at + 1)..]],
            3 or 4 => [.. bytes[..at], change.Byte, .. bytes[at..]],
            _ => [.. bytes[..at], change.Byte, .. bytes[(at + 1)..]],
        };
    }
}
