using System.Buffers;

namespace DatacenterOst.Store.Kept;

/// <summary>
/// A text as its difference from another: pieces to copy and bytes to insert. A resource differs from the raw record it
/// came in by a few rewritten references, or by what stands around it; kept so, it takes tens of bytes.
/// </summary>
public static class Difference
{
    /// <summary>Bytes that must agree before two places are taken for the same.</summary>
    private const int Anchor = 16;

    /// <summary>Longest insertion between two pieces; a text with longer ones is kept as such.</summary>
    private const int MaxInserted = 256;

    /// <summary>Most pieces; more would take longer to find than compressing takes.</summary>
    private const int MaxPieces = 64;

    /// <summary>The pieces of <paramref name="text"/>; null when it is too different for that to pay.</summary>
    public static byte[]? Of(ReadOnlySpan<byte> text, ReadOnlySpan<byte> from)
    {
        var pieces = new ArrayBufferWriter<byte>(64);
        for (var count = 0; count < MaxPieces; count++)
        {
            var inserted = Meet(text, from, out var at);
            if (inserted < 0)
            {
                return null;
            }

            var copied = text[inserted..].CommonPrefixLength(from[at..]);
            WriteNumber(pieces, inserted);
            pieces.Write(text[..inserted]);
            WriteNumber(pieces, at);
            WriteNumber(pieces, copied);
            text = text[(inserted + copied)..];
            from = from[(at + copied)..];
            if (text.IsEmpty)
            {
                return pieces.WrittenSpan.ToArray();
            }
        }

        return null;
    }

    public static byte[] Apply(ReadOnlySpan<byte> pieces, ReadOnlySpan<byte> from)
    {
        var text = new ArrayBufferWriter<byte>(from.Length + MaxInserted);
        while (!pieces.IsEmpty)
        {
            var inserted = ReadNumber(ref pieces);
            text.Write(pieces[..inserted]);
            pieces = pieces[inserted..];
            from = from[ReadNumber(ref pieces)..];
            var copied = ReadNumber(ref pieces);
            text.Write(from[..copied]);
            from = from[copied..];
        }

        return text.WrittenSpan.ToArray();
    }

    /// <summary>How much must be inserted until both texts agree again, and where in the other that is; -1 when they do not.</summary>
    private static int Meet(ReadOnlySpan<byte> text, ReadOnlySpan<byte> from, out int at)
    {
        for (var inserted = 0; inserted <= Math.Min(MaxInserted, text.Length); inserted++)
        {
            var anchor = text[inserted..Math.Min(text.Length, inserted + Anchor)];
            at = from.IndexOf(anchor);
            if (at >= 0)
            {
                return inserted;
            }
        }

        at = 0;
        return -1;
    }

    private static void WriteNumber(ArrayBufferWriter<byte> pieces, int number)
    {
        for (; number >= 0x80; number >>= 7)
        {
            pieces.Write([(byte)(number | 0x80)]);
        }

        pieces.Write([(byte)number]);
    }

    private static int ReadNumber(ref ReadOnlySpan<byte> pieces)
    {
        var (number, shift) = (0, 0);
        while (true)
        {
            var part = pieces[0];
            pieces = pieces[1..];
            number |= (part & 0x7F) << shift;
            if (part < 0x80)
            {
                return number;
            }

            shift += 7;
        }
    }
}
