using System.IO.Compression;
using System.Text;
using DatacenterOst.Clinical;
using DatacenterOst.Sources;
using static DatacenterOst.UnitTests.Sources.Reading;

namespace DatacenterOst.UnitTests.Sources;

public sealed class When_a_table_is_read
{
    private const string Head = "CPR;Analysekode;Analysenavn;Resultat;Enhed;Prøvetid;Efternavn\n";

    [Fact]
    public async Task a_row_says_who_what_and_when()
    {
        var records = await Read("csv-results", "\uFEFF" + Head + "010203-1234;NPU18016;\"Kreatininium;P \"\"x\"\"\";0,96;mmol/L;2026-03-01 08:00;Møller\r\n");
        var fact = records.OnlyFact();
        Assert.Equal(new Coding(new Code(CodeSystems.Npu, "NPU18016"), "Kreatininium;P \"x\""), Assert.Single(fact.Codings));
        Assert.Equal(("0,96", "mmol/L", null, null), (fact.Value, fact.Unit, fact.KnownAt, fact.ResultId));
        Assert.Equal(new RawTime("2026-03-01 08:00", TimeFormat.Iso, "Europe/Copenhagen"), fact.ObservedAt);
        var patient = records[0].Patient!;
        Assert.Equal(new Identifier(CodeSystems.Cpr, "0102031234"), Assert.Single(patient.Identifiers));
        Assert.Equal("Møller", patient.Demographics.FamilyName);
        Assert.Equal("line 2", records[0].Place);
    }

    [Fact]
    public async Task bytes_and_line_numbers_stay_true_across_line_breaks_in_quotes()
    {
        var records = await Read("csv-results", Head + "1;A;\"one\r\ntwo\";1;x;2026-01-01;\r\n\r\n2;A;;2;x;2026-02-30;\n");
        Assert.Equal(["line 2", "line 5"], records.Select(r => r.Place));
        Assert.Equal("1;A;\"one\r\ntwo\";1;x;2026-01-01;\r\n", Encoding.UTF8.GetString(records[0].Bytes.Span));
        Assert.Equal("2026-02-30", records[1].Items[0].Facts[0].ObservedAt!.Value.Text);
    }

    [Fact]
    public async Task a_missing_column_is_one_problem_that_names_it()
    {
        var problem = (await Read("csv-results", "CPR;Analysekode;Resultat;Prøvetid\n1;A;1;2026-01-01\n2;A;1;2026-01-01\n")).OnlyItem().Problem!;
        Assert.Equal("the column 'Enhed' is missing; the file has 'CPR', 'Analysekode', 'Resultat', 'Prøvetid'. Mend the file, or the mapping in the source profile sources/csv-results.yaml. No row was read.", problem.Message);
    }

    [Theory]
    [InlineData("1;A;;1;x", RejectionReasons.Unreadable, "the row has 5 columns and the header 7")]
    [InlineData("1;A;;1;x;2026-01-01;;;", RejectionReasons.Unreadable, "the row has 9 columns and the header 7")]
    [InlineData("1;A;\"never closed;1;x;2026-01-01;", RejectionReasons.Unreadable, "a quote is not where it may be")]
    [InlineData("1;A;\"x\"y;1;x;2026-01-01;", RejectionReasons.Unreadable, "a quote is not where it may be")]
    [InlineData(";A;;1;x;2026-01-01;", RejectionReasons.PatientMissing, "the column 'CPR'")]
    public async Task a_bad_row_is_a_problem_and_the_rest_arrives(string row, string reason, string message)
    {
        var records = await Read("csv-results", Head + row + "\n2;A;\"fine\";2;x;2026-01-01;\n");
        Assert.Equal(2, records.Count);
        var problem = records[0].Items[0].Problem!;
        Assert.Equal(reason, problem.Reason);
        Assert.StartsWith(message, problem.Message, StringComparison.Ordinal);
        Assert.Equal(row + "\n", Encoding.UTF8.GetString(records[0].Bytes.Span));
        Assert.Equal("2", records[1].Items[0].Facts[0].Value);
    }

    [Theory]
    [InlineData("1;A;;1;x")]
    [InlineData("1;A;\"in the mid")]
    public async Task a_file_that_ends_in_a_row_is_truncated(string end)
    {
        var records = await Read("csv-results", Head + "2;A;;2;x;2026-01-01;\n" + end);
        Assert.Equal([null, RejectionReasons.Truncated], records.Select(r => r.Items[0].Problem?.Reason));
    }

    [Fact]
    public async Task letters_of_another_encoding_are_a_problem_of_their_row()
    {
        var records = await Read("csv-results", [.. Encoding.UTF8.GetBytes(Head + "1;A;;1;x;2026-01-01;M"), 0xF8, .. "ller\n2;A;;2;x;2026-01-01;\n"u8]);
        Assert.StartsWith("byte 22 of the row (0xF8) is not UTF-8", records[0].Items[0].Problem!.Message, StringComparison.Ordinal);
        Assert.Equal("2", records[1].Items[0].Facts[0].Value);
    }

    [Fact]
    public async Task procedures_have_an_end_and_no_value()
    {
        var fact = (await Read("csv-events", "CPR;Kode;Start;Slut\n1;KKAS10;2026-01-01;2026-01-02\n")).OnlyFact();
        Assert.Equal((FactKind.Procedure, "2026-01-02", null), (fact.Kind, fact.EndedAt!.Value.Text, fact.Value));
    }

    [Fact]
    public async Task a_gzip_that_was_cut_gives_its_rows_and_says_so()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.csv.gz");
        try
        {
            File.WriteAllBytes(path, Gzip(Head + string.Concat(Enumerable.Range(0, 5000).Select(i => $"{i};A;;{i * 7919 % 10007};x;2026-01-01;\n")))[..^5000]);
            var records = new List<RawRecord>();
            await using (var file = SourceFiles.Find([path], SourceFormat.Csv, () => Stream.Null)[0].Open())
            {
                await foreach (var record in SourceProfiles.SourceOf(Profile("csv-results")).Read(file, TestContext.Current.CancellationToken))
                    records.Add(record);
            }
            Assert.InRange(records.Count, 100, 4999);
            Assert.Equal(RejectionReasons.Truncated, records[^1].Items[0].Problem!.Reason);
            Assert.All(records.SkipLast(2), r => Assert.Null(r.Items[0].Problem));
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Whatever is done to a table, each of its bytes is in a record, the header or a blank line, and nothing is thrown.</summary>
    [Fact]
    public void nothing_but_items_comes_out_whatever_is_done_to_the_bytes()
    {
        var table = Head + string.Concat(Enumerable.Range(0, 12).Select(i => $"{i};A;\"x\"\"{i}\r\n\";{i},5;mg;2026-01-01;Møller\r\n"));
        Damage.Check([Encoding.UTF8.GetBytes(table), Encoding.UTF8.GetBytes("\uFEFF" + table.Replace("\r\n", "\n", StringComparison.Ordinal))], 1000, bytes =>
        {
            var records = SourceProfiles.SourceOf(Profile("csv-results")).Read(new MemoryStream(bytes), CancellationToken.None).ToBlockingEnumerable().ToList();
            var at = 0;
            foreach (var record in records)
            {
                var found = bytes.AsSpan(at).IndexOf(record.Bytes.Span);
                Assert.True(found >= 0 && (at == 0 || bytes.AsSpan(at, found).IndexOfAnyExcept((byte)'\r', (byte)'\n', (byte)' ') < 0));
                at += found + record.Bytes.Length;
            }
            Assert.True(records.Count <= 1 || bytes.AsSpan(at).IndexOfAnyExcept((byte)'\r', (byte)'\n', (byte)' ') < 0);
            return records.All(r => r.Items.All(i => i.Facts.Count > 0 || i.Problem is { Message.Length: > 0 }));
        });
    }

    private static byte[] Gzip(string text)
    {
        var bytes = new MemoryStream();
        using (var packed = new GZipStream(bytes, CompressionMode.Compress))
            packed.Write(Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }
}

public sealed class When_files_are_looked_for
{
    [Fact]
    public void a_folder_gives_what_belongs_to_the_format_by_name()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            foreach (var name in new[] { "b.csv.gz", "a.csv", "c.json", "LICENSE" })
                File.WriteAllText(Path.Combine(folder, name), "");
            Assert.Equal(["a.csv", "b.csv.gz"], SourceFiles.Find([folder], SourceFormat.Csv, () => Stream.Null).Select(f => Path.GetFileName(f.Name)));
            Assert.Equal("-", Assert.Single(SourceFiles.Find(["-"], SourceFormat.Csv, () => Stream.Null)).Name);
            Assert.Contains(".hl7", Assert.Throws<Problem>(() => SourceFiles.Find([folder], SourceFormat.Hl7v2, () => Stream.Null)).Message, StringComparison.Ordinal);
            Assert.Equal(ProblemKind.NotFound, Assert.Throws<Problem>(() => SourceFiles.Find([Path.Combine(folder, "none")], SourceFormat.Csv, () => Stream.Null)).Kind);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }
}
