using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Faults;

/// <summary>
/// AA means committed and durable: <c>kill -9</c> at a random point while several connections send, and every message that got
/// an AA is in the store. DOST_KILLS sets how often (the documented run: 10; here: 2).
/// </summary>
public sealed class When_the_server_is_killed_while_messages_arrive(PrivatePostgres postgres)
{
    private const int Connections = 4;
    private const int Patients = 20;
    private const int Messages = 2_000;

    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("DOST_KILLS"), out var kills) ? kills : 2;

    [Fact]
    public async Task every_acknowledged_message_is_in_the_store_on_sqlite()
    {
        for (var run = 0; run < Kills; run++)
        {
            using var folder = new TemporaryFolder();
            await KillAndSendAgain(Dost.OnSqlite(folder.Path), run);
        }
    }

    [Fact]
    public async Task every_acknowledged_message_is_in_the_store_on_postgresql()
    {
        for (var run = 0; run < Kills; run++)
            await KillAndSendAgain(Dost.OnPostgres(await postgres.NewDatabase(TestContext.Current.CancellationToken)), run);
    }

    private static async Task KillAndSendAgain(Dost dost, int run)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var (http, mllp) = (ServeProcess.FreePort(), ServeProcess.FreePort());
        var killAfter = new Random(20261122 + run).Next(50, 700);
        var acknowledged = new ConcurrentBag<int>();
        await using (var first = await ServeProcess.Start(dost, http, mllp, cancellationToken))
        {
            var killed = new TaskCompletionSource();
            var sending = Task.WhenAll(Enumerable.Range(0, Connections).Select(part => Send(mllp, part, acknowledged, () =>
            {
                if (acknowledged.Count >= killAfter)
                    killed.TrySetResult();
            }, cancellationToken)));
            await Task.WhenAny(killed.Task, sending);
            await first.Kill(cancellationToken);
            await sending;
        }

        Assert.InRange(acknowledged.Count, killAfter, Messages - 1);   // it was killed in the middle
        await using var again = await ServeProcess.Start(dost, http, mllp, cancellationToken);
        var before = await Stored(again.Http, cancellationToken);
        Assert.DoesNotContain(acknowledged, message => !before.ContainsKey(Key(message)));

        var second = new ConcurrentBag<int>();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(part => Send(mllp, part, second, () => { }, cancellationToken)));
        Assert.Equal(Enumerable.Range(0, Messages), second.Order());
        var after = await Stored(again.Http, cancellationToken);
        Assert.Equal(Enumerable.Range(0, Messages).Select(Key).Order(StringComparer.Ordinal), after.Keys.Order(StringComparer.Ordinal));
        Assert.All(before, was => Assert.Equal(was.Value, after[was.Key]));
    }

    /// <summary>Every <see cref="Connections"/>th message over one connection, until all are sent or it breaks.</summary>
    private static async Task Send(int port, int part, ConcurrentBag<int> acknowledged, Action sent, CancellationToken cancellationToken)
    {
        using var sender = await MllpSender.Connect(port, cancellationToken);
        for (var message = part; message < Messages; message += Connections)
        {
            if (await sender.Send(Message(message), cancellationToken) is not { } reply)
                return;
            Assert.True(reply.Code == "AA", reply.Text);
            Assert.Equal(ControlId(message), reply.ControlId);
            acknowledged.Add(message);
            sent();
        }
    }

    /// <summary>All Observations of all patients, as they are answered, by time and value.</summary>
    private static async Task<Dictionary<string, string>> Stored(HttpClient http, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var patient = 0; patient < Patients; patient++)
        {
            var patients = await Get(http, $"/fhir/Patient?identifier=urn:oid:1.2.208.176.1.2|{Cpr(patient)}", cancellationToken);
            if (!patients.TryGetProperty("entry", out var entries))
                continue;
            var id = Assert.Single(entries.EnumerateArray()).GetProperty("resource").GetProperty("id").GetString();
            for (var next = $"/fhir/Observation?patient={id}&_count=200"; next is not null;)
            {
                var page = await Get(http, next, cancellationToken);
                if (!page.TryGetProperty("entry", out var observations))
                    break;
                foreach (var observation in observations.EnumerateArray().Select(entry => entry.GetProperty("resource")))
                    found.Add(KeyOf(patient, observation), observation.GetRawText());
                next = page.GetProperty("link").EnumerateArray()
                    .Where(link => link.GetProperty("relation").GetString() == "next").Select(link => link.GetProperty("url").GetString()).FirstOrDefault();
            }
        }

        return found;
    }

    private static async Task<JsonElement> Get(HttpClient http, string url, CancellationToken cancellationToken)
        => JsonDocument.Parse(await http.GetStringAsync(url, cancellationToken)).RootElement;

    // Adding twice to the dictionary of Stored fails: a message that counted twice would be seen there.
    private static string KeyOf(int patient, JsonElement observation)
    {
        var at = DateTimeOffset.Parse(observation.GetProperty("effectiveDateTime").GetString()!, CultureInfo.InvariantCulture);
        return Key(patient, at, observation.GetProperty("valueQuantity").GetProperty("value").GetDecimal());
    }

    private static string Key(int message) => Key(message % Patients, At(message), Value(message));

    private static string Key(int patient, DateTimeOffset at, decimal value)
        => string.Create(CultureInfo.InvariantCulture, $"{patient} {at.ToUniversalTime():yyyy-MM-dd HH:mm} {value:0.##}");

    private static DateTimeOffset At(int message) => new DateTimeOffset(2026, 1, 1, 8, 0, 0, TimeSpan.Zero).AddMinutes(message);

    private static decimal Value(int message) => 60 + (message % 97);

    private static string Cpr(int patient) => string.Create(CultureInfo.InvariantCulture, $"{patient + 1:D2}7101{70 + patient}{9000 + patient}")[..10];

    private static string ControlId(int message) => string.Create(CultureInfo.InvariantCulture, $"KILL-{message:D5}");

    private static string Message(int message) => string.Create(CultureInfo.InvariantCulture, $"""
        MSH|^~\&|LAB|X|DOST|OST|{At(message).AddHours(1):yyyyMMddHHmmss}+0000||ORU^R01|{ControlId(message)}|P|2.5.1
        PID|1||{Cpr(message % Patients)}^^^CPR
        OBR|1||F{message}|NPU18016^Creatininium;P^NPU|||{At(message):yyyyMMddHHmmss}+0000
        OBX|1|NM|NPU18016^Creatininium;P^NPU||{Value(message)}|umol/L|||||F

        """).Replace('\n', '\r');
}
