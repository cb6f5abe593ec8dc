using System.Security.Cryptography;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models;
using DatacenterOst.Models.Reference;
using static DatacenterOst.UnitTests.Features.Timeline;

namespace DatacenterOst.UnitTests.Models;

public sealed class When_a_package_has_further_files
{
    private const string Yaml = """
        kind: linear
        features:
          - { name: creatinine, concept: creatinine, take: last, window: "[-7d, 0h]" }
        linear: { link: logistic, intercept: 0, terms: [{ feature: creatinine, coefficient: 1 }] }
        bands: [{ id: any, rank: 0 }]
        """;

    [Fact]
    public void a_signature_of_a_trusted_key_is_taken_and_nothing_else_is_where_one_is_required()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var package = new WrittenPackage(Yaml);
        var required = Trusting(key, isRequired: true);
        var id = package.Package().Id;

        Assert.Contains("takes signed packages only", package.Refusal(required), StringComparison.Ordinal);

        package.With(PackageSignature.FileName, PackageSignature.Sign(id, "publisher", key.ExportPkcs8PrivateKeyPem()).Write());
        Assert.Equal(id, package.Package(required).Id);

        package.With(PackageSignature.FileName, PackageSignature.Sign(id, "publisher", other.ExportPkcs8PrivateKeyPem()).Write());
        Assert.Contains("is not by the key 'publisher'", package.Refusal(required), StringComparison.Ordinal);

        package.With(PackageSignature.FileName, PackageSignature.Sign(id, "nobody", key.ExportPkcs8PrivateKeyPem()).Write());
        Assert.Contains("is not among the configured keys", package.Refusal(Trusting(key, isRequired: false)), StringComparison.Ordinal);

        package.With(PackageSignature.FileName, "{}");
        Assert.Contains("cannot be read", package.Refusal(required), StringComparison.Ordinal);
    }

    [Fact]
    public void what_was_changed_after_signing_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var package = new WrittenPackage(Yaml);
        package.With(PackageSignature.FileName, PackageSignature.Sign(package.Package().Id, "publisher", key.ExportPkcs8PrivateKeyPem()).Write());
        package.With("MODEL-CARD.md", "# Another\n");

        Assert.Contains("changed after signing", package.Refusal(Trusting(key, isRequired: true)), StringComparison.Ordinal);
    }

    [Fact]
    public void keys_are_read_from_a_folder_and_one_that_is_none_is_told()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var large = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var folder = Directory.CreateTempSubdirectory("dost-keys-").FullName;
        File.WriteAllText(Path.Combine(folder, "publisher.pem"), key.ExportSubjectPublicKeyInfoPem());

        Assert.Equal(["publisher"], SignatureRule.Read(folder, isRequired: true).Keys.Keys);
        File.WriteAllText(Path.Combine(folder, "large.pem"), large.ExportSubjectPublicKeyInfoPem());
        Assert.Contains("P-256", Assert.Throws<Problem>(() => SignatureRule.Read(folder, isRequired: true)).Message, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void the_reference_is_read_and_must_be_of_the_packages_own_features()
    {
        var vectors = Enumerable.Range(0, 100).Select(i => Declared("features: [{ name: creatinine, concept: creatinine, take: last, window: '[-7d, 0h]' }]")
            .Evaluate(i % 4 == 0 ? Of() : Of(Lab("creatinine", i, 1)), At(2))).ToArray();
        var reference = new ReferenceFile(
            1, 100, new DateOnly(2026, 1, 1), "made up", [FeatureReference.Of(vectors, 0)],
            ScoreReference.OfProbabilities([0.1, 0.2, 0.9]), new PerformanceReference("nothing", 100, 10, 0.7, null, null, null, null));
        using var package = new WrittenPackage(Yaml).With(ReferenceFile.Name, reference.Write());

        var read = package.Package().Reference!;

        Assert.Equal(25, read.Find("creatinine")!.Missing);
        Assert.Equal(75, read.Find("creatinine")!.Histogram!.Total);
        Assert.Equal(10, read.Find("creatinine")!.Counts!.Count);
        Assert.Equal(0.7, read.Performance!.Auroc);
        package.With(ReferenceFile.Name, reference.Write().Replace("\"creatinine\"", "\"kreatinin\"", StringComparison.Ordinal));
        Assert.Contains("describes 'kreatinin'", package.Refusal(), StringComparison.Ordinal);
        package.With(ReferenceFile.Name, reference.Write().Replace("\"missing\": 25", "\"missing\": 125", StringComparison.Ordinal));
        Assert.Contains("must be a number of rows", package.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void bins_by_quantiles_hold_alike_many_and_every_later_value_has_one()
    {
        var bins = Histogram.ByQuantiles([.. Enumerable.Range(1, 1000).Select(i => (double)i)]);

        Assert.All(bins.Counts, count => Assert.InRange(count, 99, 101));
        Assert.Equal((0, 9), (bins.BinOf(double.NegativeInfinity), bins.BinOf(double.PositiveInfinity)));
        Assert.Equal([3L], Histogram.ByQuantiles([5, 5, 5]).Counts);
        Assert.Empty(Histogram.ByQuantiles([]).Edges);
    }

    [Fact]
    public void the_machine_readable_card_is_written_from_the_package_and_held_to_it()
    {
        using var package = new WrittenPackage(Yaml);
        var card = CardDocument.Write(package.Package());

        Assert.Equal("1.0.0", package.With(CardDocument.FileName, card).Package().Id.Version);
        package.With(CardDocument.FileName, card.Replace("\"1.0.0\"", "\"2.0.0\"", StringComparison.Ordinal));
        Assert.Contains("ReleaseInfo.ReleaseVersion is '2.0.0', but model.yaml says '1.0.0'", package.Refusal(), StringComparison.Ordinal);
        package.With(CardDocument.FileName, card.Replace("\"Warnings\"", "\"Warning\"", StringComparison.Ordinal));
        Assert.Contains("lacks the section Warnings", package.Refusal(), StringComparison.Ordinal);
    }

    private static PackageSettings Trusting(ECDsa key, bool isRequired)
        => new("", new SignatureRule(new Dictionary<string, SigningKey> { ["publisher"] = new(key.ExportSubjectPublicKeyInfoPem()) }, isRequired));
}
