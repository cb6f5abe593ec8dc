using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.BadInput;

/// <summary>Bad input through the command line: a message that says where and what to do, the good rest arrives, exit code 1.</summary>
public sealed class When_input_is_bad : IDisposable
{
    private const string Header = "CPR;Analysekode;Resultat;Enhed;Prøvetid;Svartid;ResultatId\n";
    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task a_truncated_bundle_gives_its_whole_entries_and_says_where_it_ends()
    {
        var bundle = """
            {"resourceType":"Bundle","type":"collection","entry":[
            {"resource":{"resourceType":"Patient","id":"p1","birthDate":"1970-01-01"}},
            {"resource":{"resourceType":"Observation","id":"o1","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"14682-9"}]},
            "subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-03-01T08:00:00Z","valueQuantity":{"value":96,"system":"http://unitsofmeasure.org","code":"umol/L"}}},
            {"resource":{"resourceType":"Observation","id":"o2","sta
            """;
        var (run, rejections) = await Ingest("fhir", folder.File("cut.json", bundle));
        AssertRejected(run, rejections, "truncated", "entry[2]");
        Assert.Contains("accepted\": 2", run.Output);
    }

    [Fact]
    public async Task a_csv_with_a_missing_column_is_refused_by_the_columns_name()
    {
        var (run, rejections) = await Ingest("csv-results", folder.File("missing.csv", "CPR;Analysekode;Enhed;Prøvetid\n7101700001;NPU18016;umol/L;2026-03-01 08:00\n"));
        AssertRejected(run, rejections, "unreadable", "Resultat");
    }

    [Fact]
    public async Task a_message_with_wrong_encoding_characters_is_named_and_the_next_one_arrives()
    {
        var good = "MSH|^~\\&|LAB|X|DOST|OST|20260301090000+0100||ORU^R01|2|P|2.5.1\rPID|1||7101700001^^^CPR\rOBR|1||F2|NPU18016^Creatininium;P^NPU|||20260301080000+0100\rOBX|1|NM|NPU18016^Creatininium;P^NPU||96|umol/L|||||F\r";
        var bad = good.Replace("MSH|^~\\&|", "MSH|^^^^|", StringComparison.Ordinal).Replace("|2|P", "|1|P", StringComparison.Ordinal);
        var (run, rejections) = await Ingest("oru-r01", folder.File("wrong.hl7", bad + good));
        AssertRejected(run, rejections, "unreadable", "message 1");
        Assert.Contains("accepted\": 1", run.Output);
    }

    [Fact]
    public async Task a_value_of_1e400_is_out_of_range_and_the_rest_of_the_file_arrives()
    {
        var (run, rejections) = await Ingest("csv-results", folder.File("huge.csv", Header
            + "7101700001;NPU18016;1e400;umol/L;2026-03-01 08:00;2026-03-01 09:00;R1\n"
            + "7101700001;NPU18016;96;umol/L;2026-03-01 08:00;2026-03-01 09:00;R2\n"));
        AssertRejected(run, rejections, "value-out-of-range", "line 2");
        Assert.Contains("accepted\": 1", run.Output);
    }

    [Fact]
    public async Task the_thirtieth_of_february_is_no_date_and_the_rest_of_the_file_arrives()
    {
        var (run, rejections) = await Ingest("csv-results", folder.File("date.csv", Header
            + "7101700001;NPU18016;95;umol/L;2026-02-30 08:00;2026-03-01 09:00;R1\n"
            + "7101700001;NPU18016;96;umol/L;2026-03-01 08:00;2026-03-01 09:00;R2\n"));
        AssertRejected(run, rejections, "time-invalid", "line 2");
        Assert.Contains("accepted\": 1", run.Output);
    }

    [Fact]
    public async Task a_patient_whom_two_sources_name_differently_is_not_mixed_up()
    {
        var dost = Dost.OnSqlite(folder.Path);
        var first = folder.File("first.hl7", Message("Holm^Anna", "19680414"));
        var second = folder.File("second.hl7", Message("Krogh^Viggo", "19310102").Replace("|F1|", "|F9|", StringComparison.Ordinal));
        Assert.Equal(0, (await dost.Run(["ingest", "oru-r01", first], TestContext.Current.CancellationToken)).ExitCode);
        var (run, rejections) = await Ingest("oru-r01", second);
        AssertRejected(run, rejections, "patient-mismatch", "birth date");
    }

    [Fact]
    public async Task a_profile_that_is_not_there_is_answered_with_those_that_are()
    {
        var run = await Dost.OnSqlite(folder.Path).Run(["ingest", "nowhere", folder.File("a.csv", Header)], TestContext.Current.CancellationToken);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("csv-results", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_local_code_is_rejected_until_the_map_is_mended_and_then_replayed()
    {
        var content = Path.Combine(folder.Path, "content");
        CopyContent(Path.Combine(Path.GetDirectoryName(Repository.Dost)!, "content"), content);
        var profile = Path.Combine(content, "sources", "csv-results.yaml");
        File.WriteAllText(profile, File.ReadAllText(profile).Replace("http://npu-terminology.org", "urn:hospital-a:codes", StringComparison.Ordinal) + "\nmaps: [hospital-a]\n");
        Directory.CreateDirectory(Path.Combine(content, "terminology", "hospital-a"));
        var map = Path.Combine(content, "terminology", "hospital-a", "codes.tsv");
        File.WriteAllText(map, "code\ttarget\ttarget_system\tunit\n");
        File.WriteAllText(Path.Combine(content, "terminology", "hospital-a", "source.yaml"), LocalMap);
        await Dost.OnSqlite(folder.Path).Run(["terminology", "checksum", Path.Combine(content, "terminology")], TestContext.Current.CancellationToken);
        var dost = Dost.OnSqlite(folder.Path);
        var cancellationToken = TestContext.Current.CancellationToken;
        var file = folder.File("local.csv", Header + "7101700001;LOC123;96;umol/L;2026-03-01 08:00;2026-03-01 09:00;R1\n");
        Assert.Equal(1, (await dost.Run(["ingest", "csv-results", file, "--content", content], cancellationToken)).ExitCode);

        File.WriteAllText(map, "code\ttarget\ttarget_system\tunit\nLOC123\t14682-9\thttp://loinc.org\t\n");
        Assert.Equal(0, (await dost.Run(["terminology", "checksum", Path.Combine(content, "terminology")], cancellationToken)).ExitCode);
        var replay = await dost.Run(["ingest", "replay", "--json", "--content", content], cancellationToken);
        Assert.True(replay.ExitCode == 0, replay.ToString());
        Assert.Contains("accepted\": 1", replay.Output);
        Assert.Contains("Nothing is rejected", (await dost.Run(["ingest", "rejections", "--content", content], cancellationToken)).Output);
    }

    public void Dispose() => folder.Dispose();

    private const string LocalMap = """
        title: "Local codes of a hospital"
        scope: profile
        version: "1"
        licence: "own"
        source: "the hospital"
        files:
          - name: codes.tsv
            table: codes
            system: urn:hospital-a:codes
            sha256: 0000000000000000000000000000000000000000000000000000000000000000
        """;

    private static string Message(string name, string born)
        => $"MSH|^~\\&|LAB|X|DOST|OST|20260301090000+0100||ORU^R01|1|P|2.5.1\rPID|1||7404683990^^^CPR||{name}||{born}|F\rOBR|1||F1|NPU18016^Creatininium;P^NPU|||20260301080000+0100\rOBX|1|NM|NPU18016^Creatininium;P^NPU||96|umol/L|||||F\r";

    private async Task<(DostRun Run, DostRun Rejections)> Ingest(string profile, string file)
    {
        var dost = Dost.OnSqlite(folder.Path);
        var run = await dost.Run(["ingest", profile, file, "--json"], TestContext.Current.CancellationToken);
        return (run, await dost.Run(["ingest", "rejections", "--json"], TestContext.Current.CancellationToken));
    }

    private static void AssertRejected(DostRun run, DostRun rejections, string reason, string where)
    {
        Assert.True(run.ExitCode == 1, run.ToString());
        Assert.Contains(reason, run.Output, StringComparison.Ordinal);
        Assert.Contains(where, System.Text.RegularExpressions.Regex.Unescape(rejections.Output), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }

    private static void CopyContent(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
