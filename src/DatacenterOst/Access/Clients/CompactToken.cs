using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace DatacenterOst.Access.Clients;

/// <summary>
/// A JWS in compact form (RFC 7515 §3.1), taken apart and not yet believed: header, claims, the bytes that were signed, and the
/// signature. Its text form never shows the token.
/// </summary>
public sealed class CompactToken
{
    /// <summary>Characters; real tokens stay below one thousand.</summary>
    public const int MaxLength = 8 * 1024;

    private CompactToken(JsonElement header, JsonElement claims, byte[] signed, byte[] signature)
    {
        Header = header;
        Claims = claims;
        Signed = signed;
        Signature = signature;
    }

    public JsonElement Header { get; }

    public JsonElement Claims { get; }

    public ReadOnlyMemory<byte> Signed { get; }

    public ReadOnlyMemory<byte> Signature { get; }

    /// <summary>Null when the text is not a signed token of two JSON objects.</summary>
    public static CompactToken? Parse(string text)
    {
        if (text.Length > MaxLength)
            return null;
        var parts = text.Split('.', 4);
        if (parts.Length != 3 || Array.Exists(parts, part => !IsBase64Url(part)))
            return null;
        try
        {
            return Object(parts[0]) is { } header && Object(parts[1]) is { } claims
                ? new CompactToken(header, claims, Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]))
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public override string ToString() => nameof(CompactToken);

    /// <summary>.NET overlooks blanks within base64url, and padding; a token has neither (RFC 7515 §2).</summary>
    internal static bool IsBase64Url(string text)
    {
        foreach (var letter in text)
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_'))
                return false;
        return text.Length > 0;
    }

    private static JsonElement? Object(string part)
        => JsonText.Parse(Base64Url.DecodeFromChars(part)) is { ValueKind: JsonValueKind.Object } root ? root : null;
}
