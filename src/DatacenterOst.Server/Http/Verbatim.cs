using System.Text.Json;
using System.Text.Json.Serialization;

namespace DatacenterOst.Server.Http;

/// <summary>JSON that goes out byte for byte as it was kept: the same text with other escapes would be another answer.</summary>
[JsonConverter(typeof(AsItIs))]
public sealed record Verbatim(ReadOnlyMemory<byte> Bytes)
{
    public override string ToString() => nameof(Verbatim);

    public sealed class AsItIs : JsonConverter<Verbatim>
    {
        public override Verbatim Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => throw new NotSupportedException("Answers are read from the store only.");

        public override void Write(Utf8JsonWriter writer, Verbatim value, JsonSerializerOptions options)
            => writer.WriteRawValue(value.Bytes.Span, skipInputValidation: true);
    }
}
