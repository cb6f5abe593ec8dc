using System.Buffers;
using System.Buffers.Binary;

namespace DatacenterOst.Store.Packs;

/// <summary>
/// Facts of one patient and one concept as bytes, in the order of ObservedAt. What a fact shares with the one before is not written again, and
/// times are distances; integers are little-endian base 128, as in Protocol Buffers.
/// </summary>
internal static class FactPack
{
    /// <summary>The only form of the bytes so far; a pack of another is not read.</summary>
    public const short Encoding = 1;

    [Flags]
    private enum Has : byte
    {
        Nothing = 0,
        Words = 1,
        Raw = 2,
        Place = 4,
        Value = 8,
        Text = 16,
        End = 32,
    }

    public static byte[] Write(ReadOnlySpan<FactCells> facts)
    {
        var bytes = new ArrayBufferWriter<byte>(96 * facts.Length);
        var before = default(FactCells);
        foreach (ref readonly var fact in facts)
        {
            var has = Difference(fact, before);
            Number(bytes, (byte)has);
            if (has.HasFlag(Has.Words)) Words(bytes, fact);
            Key(bytes, fact.Key);
            Key(bytes, fact.Result);
            if (has.HasFlag(Has.Raw)) Key(bytes, fact.Raw);
            if (fact.Value is { } value) Real(bytes, value);
            if (fact.Text is { } text) Text(bytes, text);
            Number(bytes, Signed(fact.Observed - before.Observed));
            if (fact.Ended is { } ended) Number(bytes, Signed(ended - fact.Observed));
            Number(bytes, Signed(fact.Known - fact.Observed));
            Number(bytes, Signed(fact.Stored - before.Stored));
            if (has.HasFlag(Has.Place)) Text(bytes, fact.Place);
            before = fact;
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Adds the facts of a pack.</summary>
    /// <param name="facts">As many as it says that it has.</param>
    /// <param name="ends">ObservedAt of the first and of the last.</param>
    /// <returns>False where the bytes are not those facts: they are to be read from their rows.</returns>
    public static bool TryRead(ReadOnlySpan<byte> pack, int facts, (long From, long To) ends, List<FactCells> into)
    {
        var before = into.Count;
        try
        {
            Read(pack, into);
        }
        catch (Exception broken) when (broken is IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            return false;
        }

        return into.Count - before == facts && facts > 0 && into[before].Observed == ends.From && into[^1].Observed == ends.To;
    }

    private static void Read(ReadOnlySpan<byte> pack, List<FactCells> into)
    {
        var bytes = new PackReader(pack);
        var before = default(FactCells) with { Place = "" };
        while (!bytes.IsAtEnd)
        {
            var has = (Has)bytes.Number();
            var (code, profile, rule, small) = has.HasFlag(Has.Words)
                ? ((int)bytes.Number(), (int)bytes.Number(), (int)bytes.Number(), (int)bytes.Number())
                : (before.Code, before.Profile, before.Rule, before.Small);
            var key = bytes.Key();
            var result = bytes.Key();
            var raw = has.HasFlag(Has.Raw) ? bytes.Key() : before.Raw;
            var value = has.HasFlag(Has.Value) ? bytes.Real() : (double?)null;
            var text = has.HasFlag(Has.Text) ? bytes.Text() : null;
            var observed = before.Observed + bytes.Signed();
            var ended = has.HasFlag(Has.End) ? observed + bytes.Signed() : (long?)null;
            var known = observed + bytes.Signed();
            var stored = before.Stored + bytes.Signed();
            var place = has.HasFlag(Has.Place) ? bytes.Text() : before.Place;
            before = new FactCells(code, profile, rule, small, key, result, raw, value, text, observed, ended, known, stored, place);
            into.Add(before);
        }
    }

    private static Has Difference(in FactCells fact, in FactCells before)
    {
        var has = Has.Nothing;
        if (fact.Code != before.Code || fact.Profile != before.Profile || fact.Rule != before.Rule || fact.Small != before.Small) has |= Has.Words;
        if (fact.Raw != before.Raw) has |= Has.Raw;
        if (fact.Place != (before.Place ?? "")) has |= Has.Place;
        if (fact.Value is not null) has |= Has.Value;
        if (fact.Text is not null) has |= Has.Text;
        if (fact.Ended is not null) has |= Has.End;
        return has;
    }

    private static void Words(ArrayBufferWriter<byte> bytes, in FactCells fact)
    {
        Number(bytes, (ulong)fact.Code);
        Number(bytes, (ulong)fact.Profile);
        Number(bytes, (ulong)fact.Rule);
        Number(bytes, (ulong)fact.Small);
    }

    private static ulong Signed(long number) => (ulong)((number << 1) ^ (number >> 63));

    private static void Number(ArrayBufferWriter<byte> bytes, ulong number)
    {
        var span = bytes.GetSpan(10);
        var length = 0;
        for (; number >= 0x80; number >>= 7) span[length++] = (byte)(number | 0x80);
        span[length++] = (byte)number;
        bytes.Advance(length);
    }

    private static void Key(ArrayBufferWriter<byte> bytes, UInt128 key)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(bytes.GetSpan(16), key);
        bytes.Advance(16);
    }

    private static void Real(ArrayBufferWriter<byte> bytes, double number)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.GetSpan(8), number);
        bytes.Advance(8);
    }

    private static void Text(ArrayBufferWriter<byte> bytes, string text)
    {
        var utf8 = System.Text.Encoding.UTF8.GetBytes(text);
        Number(bytes, (ulong)utf8.Length);
        bytes.Write(utf8);
    }

    private ref struct PackReader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> bytes = bytes;

        public readonly bool IsAtEnd => bytes.IsEmpty;

        public ulong Number()
        {
            var number = 0UL;
            for (var place = 0; ; place++)
            {
                var part = bytes[place];
                number |= (ulong)(part & 0x7f) << (7 * place);
                if (part >= 0x80) continue;
                bytes = bytes[(place + 1)..];
                return number;
            }
        }

        public long Signed()
        {
            var number = Number();
            return (long)(number >> 1) ^ -(long)(number & 1);
        }

        public UInt128 Key() => BinaryPrimitives.ReadUInt128LittleEndian(Next(16));

        public double Real() => BinaryPrimitives.ReadDoubleLittleEndian(Next(8));

        public string Text() => System.Text.Encoding.UTF8.GetString(Next((int)Number()));

        private ReadOnlySpan<byte> Next(int length)
        {
            var next = bytes[..length];
            bytes = bytes[length..];
            return next;
        }
    }
}
