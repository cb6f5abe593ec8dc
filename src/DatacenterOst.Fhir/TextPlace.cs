using System.Text;

namespace DatacenterOst.Fhir;

/// <summary>Line and column, both from 1, of a byte in UTF-8 text; columns count UTF-16 characters as editors do.</summary>
internal static class TextPlace
{
    public static (int Line, int Column) Of(ReadOnlySpan<byte> bytes, int position)
    {
        var before = bytes[..Math.Min(position, bytes.Length)];
        return (LineOf(bytes, position), Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1);
    }

    public static int LineOf(ReadOnlySpan<byte> bytes, int position) =>
        bytes[..Math.Min(position, bytes.Length)].Count((byte)'\n') + 1;
}
