namespace DatacenterOst.Specs.Conformance;

/// <summary>Text of SQL is only a value, and no answer shows how the server is built.</summary>
[Collection(OverTheCohort.Name)]
public sealed class When_a_caller_means_harm(CohortServers servers)
{
    private static readonly string[] Texts =
    [
        "'; DROP TABLE resources; --", "' OR '1'='1", "\" OR \"\"=\"", "') UNION SELECT 1 --", "%25", "_%25", "\\'", "$9", "@p0", ":x", "%00", "9;9", "{0}", "/../..",
    ];

    /// <summary>A question with # where the text goes, and what comes of it.</summary>
    private static readonly string[] Questions =
    [
        "Patient?family=# | none", "Patient?family:exact=# | none", "Patient?family:contains=# | none", "Patient?name=# | none", "Patient?identifier=# | none",
        "Patient?identifier=urn:test:mrn|# | none", "Patient?gender=# | none", "Patient?_tag=# | none", "Patient?_profile=# | none", "Patient?_text=# | none", "Patient?_content=# | none",
        "Patient?organization=# | none", "Patient?_list=# | none", "Observation?patient.family=# | none", "Patient?_has:Observation:patient:code=# | none",
        "Observation?code:text=# | none", "ValueSet?url:below=# | none", "Patient?birthdate=# | 400", "Observation?value-quantity=# | 400", "RiskAssessment?probability=# | 400",
        "Patient?_lastUpdated=# | 400", "?_type=# | 400", "Patient?_cursor=# | 400", "Patient?_count=# | 400", "Patient?_asOf=# | 400", "Patient?_sort=# | reasoned",
        "Patient?_include=# | reasoned", "Patient?_id=# | none",
    ];

    public static readonly TheoryData<string> Both = Stores.Both;

    public static TheoryData<string, string> Harmful
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var store in Stores.Both.Select(row => row.Data))
                foreach (var question in Questions)
                    rows.Add(store, question);
            return rows;
        }
    }

    [Theory, MemberData(nameof(Harmful))]
    public async Task text_of_SQL_is_only_a_value(string store, string question)
    {
        var ost = await servers.On(store);
        var (ask, expected) = (question.Split(" | ")[0], question.Split(" | ")[1]);
        foreach (var text in Texts)
        {
            var asked = ask.Replace("#", text, StringComparison.Ordinal);
            using var answer = await ost.Send("GET", asked);
            CheckHarmless(asked, expected, answer);
        }

        using var still = await ost.Send(200, "GET", "Patient");
        Assert.Equal(5, still.Ids().Count);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task an_id_is_only_an_id(string store)
    {
        var ost = await servers.On(store);
        foreach (var path in (string[])["Patient/' OR 1=1 --", "Patient/p1'--", "Patient/p1/_history/1;DROP TABLE x", "Patient/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "Patient/" + new string('a', 65)])
        {
            using var answer = await ost.Send("GET", path);
            Expectation.Parse("4xx").Check(path, answer);
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task no_answer_shows_a_stack_trace_or_a_file(string store)
    {
        var ost = await servers.On(store);
        foreach (var path in (string[])["Patient?birthdate=%00", "Patient?_sort=%00", "Patient?_cursor=AAAA", "Patient/%00", "Patient?%00=1", "Patient?_include=:::", "Patient?_has:::=1", "Patient?a.b.c.d=1", "Patient?=", "Patient?&&&", "Patient?:exact=1"])
        {
            using var answer = await ost.Send("GET", path);
            Assert.True(answer.Status is 200 or (>= 400 and < 500), $"{path}: {answer}");
            Assert.DoesNotContain("   at ", answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(".cs:line", answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("SQLite", answer.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("Npgsql", answer.Text, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static void CheckHarmless(string asked, string expected, Answer answer)
    {
        Assert.DoesNotContain("   at ", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("syntax error", answer.Text, StringComparison.OrdinalIgnoreCase);
        // A text that is no value of its parameter (a zero byte, a bar too many) may also be refused.
        if (answer.Status is >= 400 and < 500)
            Assert.Equal("OperationOutcome", answer.ResourceType);
        else if (expected == "400")
            Assert.Fail($"{asked}: expected 400, got {answer}");
        else if (expected == "none")
            Assert.True(answer.Status == 200 && answer.Ids().Count == 0, $"{asked}: {answer}");
        else
            Expectation.Parse(expected).Check(asked, answer);
    }
}
