using DatacenterOst.Clinical;
using DatacenterOst.Terminology;
using DatacenterOst.UnitTests.Fhir;

namespace DatacenterOst.UnitTests.Terminology;

public sealed class When_terminology_is_loaded : IDisposable
{
    private static readonly string Product = Path.Combine(Repository.Root(), "terminology");
    private readonly string folder = Directory.CreateTempSubdirectory("dost-terminology-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void the_products_own_tables_agree_with_each_other()
    {
        var terminology = TerminologySnapshot.Load(Product);
        Assert.True(terminology.Concepts.Count >= 150, $"{terminology.Concepts.Count} concepts");
        foreach (var entry in terminology.Concepts)
        {
            Assert.Same(entry, terminology.FindByKey(entry.Key));
            Assert.Contains(entry.Concept.Code, entry.Members);
            foreach (var code in entry.Members) Assert.Same(entry, terminology.FindByCode(code));
        }
        Assert.All(terminology.Sources, s => Assert.NotEqual("", s.Manifest.Licence));
    }

    [Fact]
    public void the_tables_are_sorted_so_that_changes_read_well()
    {
        foreach (var file in Directory.EnumerateFiles(Product, "*.tsv", SearchOption.AllDirectories))
        {
            var rows = File.ReadAllLines(file)[1..];
            Assert.True(rows.SequenceEqual(rows.Order(StringComparer.Ordinal)), $"{file} is not sorted");
        }
    }

    [Theory]
    [InlineData("cmv-pcr", "72493-0", "[IU]/mL")]
    [InlineData("creatinine", "14682-9", "umol/L")]
    [InlineData("haemoglobin", "718-7", "g/dL")]
    [InlineData("spo2", "59408-5", "%")]
    public void a_concept_is_found_by_its_key(string key, string loinc, string unit)
    {
        var concept = TerminologySnapshot.Load(Product).FindByKey(key)!.Concept;
        Assert.Equal((new Code(CodeSystems.Loinc, loinc), unit), (concept.Code, concept.Unit));
    }

    [Theory]
    [InlineData("NPU28653")]
    [InlineData("NPU18327")]
    [InlineData("NPU14463")]
    [InlineData("NPU14464")]
    [InlineData("NPU12684")]
    public void the_five_codes_of_CMV_PCR_are_one_concept(string npu) =>
        Assert.Equal("cmv-pcr", TerminologySnapshot.Load(Product).FindByCode(new Code(CodeSystems.Npu, npu))!.Key);

    [Fact]
    public void a_table_changed_behind_its_checksum_is_refused_until_the_checksum_is_renewed()
    {
        Write("units", "units", "spelling\tucum\nmmol/l\tmmol/L\n");
        Assert.NotNull(TerminologySnapshot.Load(folder).FindUnit("mmol/l"));
        File.AppendAllText(Path.Combine(folder, "units", "table.tsv"), "mg/l\tmg/L\n");
        var problem = Assert.Throws<Problem>(() => TerminologySnapshot.Load(folder));
        Assert.Contains("dost terminology checksum", problem.Message, StringComparison.Ordinal);
        Assert.EndsWith("table.tsv", problem.Where, StringComparison.Ordinal);
        Assert.Single(TerminologyChecksums.Rewrite(folder));
        Assert.Empty(TerminologyChecksums.Rewrite(folder));
        Assert.NotNull(TerminologySnapshot.Load(folder).FindUnit("mg/l"));
    }

    [Theory]
    [InlineData("units", "spelling\tucum\nmmol/l\tmmol/L\nK/uL\tthousands/uL\n", 3, "not a UCUM unit")]
    [InlineData("units", "spelling\tucum\nmmol/l\n", 2, "has 1 cells")]
    [InlineData("units", "spelling\tucum\na\tg\na\tg\n", 3, "twice")]
    [InlineData("units", "spelling\nmmol/l\n", 2, "'ucum' is missing")]
    [InlineData("categories", "system\tword\tcategory\n\tPOS\tmaybe\n", 2, "not a category")]
    [InlineData("molar-masses", "key\tgrams_per_mole\nwater\tabout 18\n", 2, "not a number")]
    [InlineData("members", "key\tsystem\tcode\tunit\tmolar_mass\nnobody\thttp://loinc.org\t1-8\t\t\n", 2, "no concept 'nobody'")]
    [InlineData("colours", "key\nred\n", 2, "not a kind of table")]
    public void a_fault_is_told_with_file_and_line(string table, string content, int line, string words)
    {
        Write(table, table, content);
        var problem = Assert.Throws<Problem>(() => TerminologySnapshot.Load(folder));
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
        Assert.EndsWith($"table.tsv:{line}", problem.Where, StringComparison.Ordinal);
    }

    [Fact]
    public void a_code_cannot_belong_to_two_groups()
    {
        Write("a", "concepts", """
            key	system	code	unit	scale	molar_mass	low	high	display_en	display_da
            one	http://loinc.org	1-8	g/L	quantitative				One	En
            two	http://loinc.org	1-8	g/L	quantitative				Two	To

            """);
        Assert.Contains("already belongs to 'one'", Assert.Throws<Problem>(() => TerminologySnapshot.Load(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void a_folder_without_a_licence_is_refused()
    {
        Write("units", "units", "spelling\tucum\n");
        var manifest = Path.Combine(folder, "units", "source.yaml");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("licence: test", "", StringComparison.Ordinal));
        Assert.Contains("licence", Assert.Throws<Problem>(() => TerminologySnapshot.Load(folder)).Message, StringComparison.Ordinal);
    }

    private void Write(string name, string table, string content)
    {
        var path = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        File.WriteAllText(Path.Combine(path, "table.tsv"), content);
        File.WriteAllText(Path.Combine(path, "source.yaml"), $"title: test\nscope: everywhere\nversion: \"1\"\nlicence: test\nsource: test\nfiles:\n  - name: table.tsv\n    table: {table}\n    sha256: none\n");
        TerminologyChecksums.Rewrite(folder);
    }
}
