using System.Globalization;

namespace DatacenterOst.Specs.Conformance;

/// <summary>
/// What a row of a table says of the answer:
/// <c>p1 p3</c> these matches in any order, <c>> p1 p3</c> in this order, <c>none</c>; <c>o1 + p1 p2</c> these matches and these included;
/// <c># 5</c> the total alone; <c>400 word</c> this status with an OperationOutcome that has the word (<c>4xx</c>: any of them);
/// <c>p1 ! word</c> these matches and a warning in the bundle that has the word; <c>reasoned word</c> either of both, never silence;
/// <c>p1 or 400 word</c> the one or the other.
/// </summary>
public sealed record Expectation(string Text)
{
    public static Expectation Parse(string text) => new(text);

    public void Check(string ask, Answer answer)
    {
        var choices = Text.Split(" or ");
        if (choices.Length > 1 && (answer.Status != 200 || answer.Outcomes.Length > 0))
            Parse(choices[1]).Check(ask, answer);
        else
            CheckOne(choices[0], ask, answer);
    }

    private static void CheckOne(string text, string ask, Answer answer)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words[0] is "4xx" || (words[0].Length == 3 && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            CheckRefused(words, ask, answer);
        else if (words[0] == "reasoned")
            CheckReasoned(words, ask, answer);
        else if (words[0] == "#")
            CheckTotal(int.Parse(words[1], CultureInfo.InvariantCulture), ask, answer);
        else
            CheckFound(words, ask, answer);
    }

    private static void CheckRefused(string[] words, string ask, Answer answer)
    {
        var status = words[0] == "4xx" ? answer.Status is >= 400 and < 500 : answer.Status.ToString(CultureInfo.InvariantCulture) == words[0];
        Assert.True(status, $"{ask}: expected {words[0]}, got {answer}");
        Assert.Equal("OperationOutcome", answer.ResourceType);
        Assert.All(words[1..], word => Assert.True(answer.Text.Contains(word, StringComparison.OrdinalIgnoreCase), $"{ask}: '{word}' is not in {answer}"));
        Assert.DoesNotContain("   at ", answer.Text, StringComparison.Ordinal);
    }

    private static void CheckReasoned(string[] words, string ask, Answer answer)
    {
        if (answer.Status is >= 400 and < 500)
        {
            CheckRefused(["4xx", .. words[1..]], ask, answer);
            return;
        }

        CheckSearchset(ask, answer);
        Assert.All(words[1..], word => Assert.Contains(word, answer.Outcomes, StringComparison.OrdinalIgnoreCase));
    }

    private static void CheckTotal(int total, string ask, Answer answer)
    {
        CheckSearchset(ask, answer);
        Assert.Equal(total, answer.Json.GetProperty("total").GetInt32());
        Assert.Empty(answer.Entries);
    }

    private static void CheckFound(string[] words, string ask, Answer answer)
    {
        CheckSearchset(ask, answer);
        var (plus, mark) = (Array.IndexOf(words, "+"), Array.IndexOf(words, "!"));
        var end = plus >= 0 ? plus : mark >= 0 ? mark : words.Length;
        var isOrdered = words[0] == ">";
        string[] matches = words[0] == "none" ? [] : words[(isOrdered ? 1 : 0)..end];
        var found = answer.Ids();
        var (expected, actual) = isOrdered ? (string.Join(' ', matches), string.Join(' ', found)) : (Sorted(matches), Sorted(found));
        Assert.True(expected == actual, $"{ask}\n  expected: {expected}\n  found:    {actual}\n  outcomes: {answer.Outcomes}");
        var included = Sorted(answer.Ids("include"));
        var toInclude = plus >= 0 ? Sorted(words[(plus + 1)..]) : "";
        Assert.True(toInclude == included, $"{ask}\n  expected to be included: {toInclude}\n  included: {included}");
        if (mark >= 0)
            Assert.All(words[(mark + 1)..], word => Assert.Contains(word, answer.Outcomes, StringComparison.OrdinalIgnoreCase));
        else
            Assert.True(answer.Outcomes.Length == 0, $"{ask}: not expected: {answer.Outcomes}");
    }

    /// <summary>What holds for every answer to a search (FHIR R4, 3.1.1.1).</summary>
    private static void CheckSearchset(string ask, Answer answer)
    {
        Assert.True(answer.Status == 200, $"{ask}: expected 200, got {answer}");
        Assert.Equal("Bundle", answer.ResourceType);
        Assert.Equal("searchset", answer.Json.GetProperty("type").GetString());
        Assert.False(string.IsNullOrEmpty(answer.Link("self")), ask + ": no link self");
        Assert.All(answer.Entries, entry =>
        {
            Assert.Contains(entry.GetProperty("search").GetProperty("mode").GetString(), (string[])["match", "include", "outcome"]);
            if (entry.GetProperty("search").GetProperty("mode").GetString() != "outcome")
                Assert.EndsWith(
                    $"{entry.GetProperty("resource").GetProperty("resourceType").GetString()}/{entry.GetProperty("resource").GetProperty("id").GetString()}",
                    entry.GetProperty("fullUrl").GetString(), StringComparison.Ordinal);
        });
    }

    private static string Sorted(IEnumerable<string> ids) => string.Join(' ', ids.Order(StringComparer.Ordinal));
}
