using System.Buffers;
using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DatacenterOst.Server.Fhir;

/// <summary>JSON written piece by piece between resources that are copied as they lie, which a Utf8JsonWriter would read again.</summary>
internal static class RawJson
{
    /// <summary>A string with its quotation marks.</summary>
    public static void Text(this IBufferWriter<byte> output, string text)
    {
        output.Write("\""u8);
        output.Write(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        output.Write("\""u8);
    }

    public static void Number(this IBufferWriter<byte> output, int number)
    {
        var span = output.GetSpan(16);
        Utf8Formatter.TryFormat(number, span, out var written);
        output.Advance(written);
    }

    /// <summary>The links of a bundle that has more pages, or of one page.</summary>
    public static void Links(this IBufferWriter<byte> output, string self, string? next)
    {
        output.Write(",\"link\":[{\"relation\":\"self\",\"url\":"u8);
        output.Text(self);
        if (next is not null)
        {
            output.Write("},{\"relation\":\"next\",\"url\":"u8);
            output.Text(next);
        }

        output.Write("}]"u8);
    }
}
