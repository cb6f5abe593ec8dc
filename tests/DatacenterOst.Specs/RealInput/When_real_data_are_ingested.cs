using System.Text.Json;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.RealInput;

/// <summary>The whole of the shared data sets through the product's own sources, on both stores.</summary>
public sealed class When_real_data_are_ingested(PrivatePostgres postgres, ITestOutputHelper output)
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task every_mimic_laboratory_row_is_accepted_or_rejected_with_a_reason(string store)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var data = await SharedData.Unpack("mimic3-demo", folder.Path, cancellationToken);
        var dost = await Open(store, folder.Path, cancellationToken);
        var summary = await dost.Ingest("mimic-labevents", [Path.Combine(data, "mimic3_demo_csv", "LABEVENTS.csv.gz")], cancellationToken);
        output.WriteLine(summary.ToString());
        AssertNothingIsLost(summary, 76_074);

        // 66,428 rows have an item with a LOINC code and a numeric value. Codes that no map knows are of items without one
        // (UnitTests/Normalise counts them one by one); everything else that was rejected is held against those rows.
        var unmapped = summary.GetProperty("rejectedByReason").GetProperty("code-unmapped").GetInt64();
        var others = summary.GetProperty("rejected").GetInt64() - unmapped;
        Assert.InRange(others, 0, (long)(0.05 * 66_428));
        Assert.InRange(unmapped, 0, 76_074 - 66_428);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task every_synthea_bundle_is_ingested_and_the_same_again_changes_nothing(string store)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var data = await SharedData.Unpack("synthea-r4-dev", folder.Path, cancellationToken);
        var dost = await Open(store, folder.Path, cancellationToken);
        var summary = await dost.Ingest("fhir", [data], cancellationToken);
        output.WriteLine(summary.ToString());
        AssertNothingIsLost(summary, 72_318);
        if (store == "postgresql")
            return;

        var before = await dost.Digest(cancellationToken);
        var again = await dost.Ingest("fhir", [.. Directory.GetFiles(data, "*.json").Order(StringComparer.Ordinal).Take(20)], cancellationToken);
        Assert.Equal(again.GetProperty("accepted").GetInt64(), again.GetProperty("unchanged").GetInt64());
        Assert.Equal(before, await dost.Digest(cancellationToken));
    }

    private static void AssertNothingIsLost(JsonElement summary, long read)
    {
        Assert.Equal(read, summary.GetProperty("read").GetInt64());
        Assert.Equal(read, summary.GetProperty("accepted").GetInt64() + summary.GetProperty("rejected").GetInt64());
        var byReason = summary.GetProperty("rejectedByReason").EnumerateObject().Sum(reason => reason.Value.GetInt64());
        Assert.Equal(summary.GetProperty("rejected").GetInt64(), byReason);
    }

    private async Task<Dost> Open(string store, string folder, CancellationToken cancellationToken) => store == "sqlite"
        ? Dost.OnSqlite(Path.Combine(folder, "store"))
        : Dost.OnPostgres(await postgres.NewDatabase(cancellationToken));
}
