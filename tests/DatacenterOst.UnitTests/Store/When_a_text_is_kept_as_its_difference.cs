using System.Text;
using DatacenterOst.Store.Kept;
using FsCheck;
using FsCheck.Fluent;

namespace DatacenterOst.UnitTests.Store;

public sealed class When_a_text_is_kept_as_its_difference
{
    [Fact]
    public void it_is_read_back_byte_for_byte()
    {
        var cases =
            from origin in Gen.Elements("abcdefghijklmnop", "0123456789", "{\"reference\":\"urn:uuid:7\"}", "x", "").ListOf().Select(string.Concat)
            from cut in Gen.Choose(0, 40)
            from inserted in Gen.Elements("", "Patient/", "a", "0123456789abcdef0123456789")
            from place in Gen.Choose(0, 60)
            select (Origin: origin, Text: origin[Math.Min(cut, origin.Length)..].Insert(Math.Min(place, origin.Length - Math.Min(cut, origin.Length)), inserted));
        Prop.ForAll(cases.ToArbitrary(), generated =>
        {
            var (origin, text) = (Encoding.UTF8.GetBytes(generated.Origin), Encoding.UTF8.GetBytes(generated.Text));
            return Difference.Of(text, origin) is not { } pieces || Difference.Apply(pieces, origin).AsSpan().SequenceEqual(text);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));
    }

    [Fact]
    public void rewritten_references_take_some_tens_of_bytes()
    {
        var raw = """{"resourceType":"Observation","subject":{"reference":"urn:uuid:8d541cf5-a5c7-4ac0-b1c5-6a1a5b5a5d5e"},"encounter":{"reference":"urn:uuid:08dfd49e-3d9c-4e96-9eb7-c7ea4b3f7d6b"},"status":"final"}""";
        var text = raw.Replace("urn:uuid:8", "Patient/8", StringComparison.Ordinal).Replace("urn:uuid:0", "Encounter/0", StringComparison.Ordinal);
        var pieces = Difference.Of(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(raw));
        Assert.NotNull(pieces);
        Assert.True(pieces.Length < 40, $"{pieces.Length} bytes");
    }

    [Fact]
    public void what_has_nothing_in_common_is_not() =>
        Assert.Null(Difference.Of(Encoding.UTF8.GetBytes(new string('a', 1000)), Encoding.UTF8.GetBytes(new string('b', 1000))));
}
