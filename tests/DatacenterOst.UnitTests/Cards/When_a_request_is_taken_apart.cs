using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DatacenterOst.UnitTests.Cards;

public sealed class When_a_request_is_taken_apart
{
    private const int Requests = 3_000;

    [Fact]
    public void each_part_is_byte_for_byte_what_a_reader_of_all_of_it_finds_however_it_is_spaced_and_escaped()
    {
        for (var seed = 0; seed < Requests; seed++)
        {
            var members = Written(new Random(seed));
            var request = $$"""{ "hook":"patient-view" , "hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "context":{"userId":"Practitioner/1","patientId":"1"}, "prefetch":{{members}}}""";
            using var whole = JsonDocument.Parse(request);
            var expected = whole.RootElement.GetProperty("prefetch").EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetRawText());
            var found = Cards.Requests.Parse(request).Prefetch.ToDictionary(member => member.Key, member => Encoding.UTF8.GetString(member.Value.Span));
            Assert.Equal(expected.OrderBy(member => member.Key, StringComparer.Ordinal), found.OrderBy(member => member.Key, StringComparer.Ordinal));
        }
    }

    private static string Written(Random random)
    {
        var json = new StringBuilder();
        Members(json, random, 0);
        return json.ToString();
    }

    private static void Value(StringBuilder json, Random random, int depth)
    {
        switch (random.Next(depth > 4 ? 6 : 8))
        {
            case 0:
                json.Append("null");
                break;
            case 1:
                json.Append(random.Next(2) == 0 ? "true" : "false");
                break;
            case 2:
                json.Append(CultureInfo.InvariantCulture, $"{random.Next(-99, 99)}.{random.Next(10)}e{random.Next(-3, 3)}");
                break;
            case < 6:
                Text(json, random, "");
                break;
            case 6:
                Members(json, random, depth);
                break;
            default:
                Together(json, random, '[', ']', _ => Value(json, random, depth + 1));
                break;
        }
    }

    private static void Members(StringBuilder json, Random random, int depth) => Together(json, random, '{', '}', place =>
    {
        Text(json, random, place.ToString(CultureInfo.InvariantCulture));
        Space(json, random).Append(':');
        Space(json, random);
        Value(json, random, depth + 1);
    });

    private static void Together(StringBuilder json, Random random, char open, char close, Action<int> one)
    {
        Space(json.Append(open), random);
        var count = random.Next(5);
        for (var place = 0; place < count; place++)
        {
            if (place > 0) Space(json.Append(','), random);
            one(place);
            Space(json, random);
        }

        json.Append(close);
    }

    // All that could be taken for the end of something: quotes and brackets in texts, backslashes before a quote.
    private static void Text(StringBuilder json, Random random, string unique)
    {
        string[] pieces = ["a", "\\\"", "\\\\", "{", "}", "[", "]", ",", ":", "\\u0022", "\\n", "æ", "\\ud83d\\ude00", " ", "resourceType"];
        json.Append('"').Append(unique);
        for (var piece = random.Next(5); piece > 0; piece--) json.Append(pieces[random.Next(pieces.Length)]);
        json.Append('"');
    }

    private static StringBuilder Space(StringBuilder json, Random random) => random.Next(4) == 0 ? json.Append(" \t\r\n"[random.Next(4)]) : json;
}
