using System.Buffers.Binary;

namespace DatacenterOst.Clinical;

/// <summary>Keys as text. Formatting a UInt128 by its format string is slow, and each answer has dozens of them.</summary>
public static class HexText
{
    /// <summary>32 digits, lower case.</summary>
    public static string Of(UInt128 key)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, key);
        return Convert.ToHexStringLower(bytes);
    }
}
