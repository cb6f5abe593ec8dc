using System.Text;
using System.Text.Json;
using DatacenterOst.Server;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.RealInput;

/// <summary>Every HL7 v2 message of two public collections – of all types, many of them broken – through the product's own doors.</summary>
public sealed class When_real_messages_arrive
{
    public static readonly TheoryData<string, int> Collections = new() { { "hl7v2-reportstream", 263 }, { "hl7v2-fhir-converter-inputs", 139 } };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Collections))]
    public async Task an_ingest_of_the_folder_accounts_for_every_item(string set, int files)
    {
        using var folder = new TemporaryFolder();
        var input = await SharedData.Unpack(set, folder.Path, Token);
        Assert.Equal(files, Directory.EnumerateFiles(input, "*.hl7", SearchOption.AllDirectories).Count());
        var run = await Dost.OnSqlite(Path.Combine(folder.Path, "store")).Run(["ingest", "oru-r01", input, "--json"], Token);

        Assert.True(run.ExitCode is 0 or 1, run.ToString());
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", run.Errors, StringComparison.Ordinal);
        var summary = JsonDocument.Parse(run.Output).RootElement;
        var (read, accepted, rejected) = (Count(summary, "read"), Count(summary, "accepted"), Count(summary, "rejected"));
        Assert.Equal(read, accepted + rejected);
        var least = Directory.EnumerateFiles(input, "*.hl7", SearchOption.AllDirectories).SelectMany(file => Messages(File.ReadAllBytes(file))).Sum(Items);
        Assert.True(read >= least, $"{read} items were read of at least {least}: something was lost.");
        Assert.Equal(rejected, summary.GetProperty("rejectedByReason").EnumerateObject().Sum(reason => reason.Value.GetInt64()));
        TestContext.Current.TestOutputHelper?.WriteLine(run.Output);
    }

    [Theory, MemberData(nameof(Collections))]
    public async Task every_message_gets_an_answer_with_its_own_control_id(string set, int files)
    {
        await using var ost = await RunningServer.Start(null, Token);
        var input = await SharedData.Unpack(set, ost.Folder.Path, Token);
        await using var door = MllpDoor.Open(ost.Centre, ost.Centre.Settings with { MllpPort = 0 }, ost.Services);
        using var laboratory = await MllpSender.Connect(door.EndPoint!.Port, Token);
        var answers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(input, "*.hl7", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            foreach (var message in Messages(await File.ReadAllBytesAsync(file, Token)))
            {
                var reply = await laboratory.Send(message, Token);
                Assert.True(reply is not null, $"{file}: no answer");
                Assert.Contains(reply.Code, (string[])["AA", "AE", "AR"]);
                Assert.Equal(ControlId(message), reply.ControlId);
                answers[reply.Code] = answers.GetValueOrDefault(reply.Code) + 1;
            }
        }

        Assert.True(answers.Values.Sum() >= files);
        Assert.True(answers.Count > 1, "Every message of the collection was answered alike.");
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", answers.OrderBy(answer => answer.Key).Select(answer => $"{answer.Value} {answer.Key}")));
    }

    private static long Count(JsonElement summary, string name) => summary.GetProperty(name).GetInt64();

    /// <summary>A message begins where a line begins with MSH.</summary>
    private static IEnumerable<byte[]> Messages(byte[] file)
    {
        var text = Encoding.Latin1.GetString(file);
        var starts = Enumerable.Range(0, text.Length)
            .Where(at => string.CompareOrdinal(text, at, "MSH", 0, 3) == 0 && (at == 0 || text[at - 1] is '\r' or '\n')).ToList();
        if (starts.Count == 0)
            starts.Add(0);
        for (var number = 0; number < starts.Count; number++)
            yield return file[starts[number]..(number + 1 < starts.Count ? starts[number + 1] : file.Length)];
    }

    /// <summary>Each result is an item, and a message of another kind is one as a whole.</summary>
    private static int Items(byte[] message)
    {
        var lines = Encoding.Latin1.GetString(message).Split('\r', '\n');
        return lines[0].Contains("ORU^R01", StringComparison.Ordinal) ? lines.Count(line => line.StartsWith("OBX|", StringComparison.Ordinal)) : 1;
    }

    private static string ControlId(byte[] message)
    {
        var line = Encoding.Latin1.GetString(message).Split('\r', '\n')[0];
        var fields = line.Length > 3 ? line.Split(line[3]) : [];
        return fields.Length > 9 ? fields[9] : "";
    }
}
