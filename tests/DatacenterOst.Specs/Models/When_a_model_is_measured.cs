using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using DatacenterOst.Models.Monitoring;
using DatacenterOst.Specs.CardRecords;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Running;
using static DatacenterOst.Specs.Models.ModelVersions;

namespace DatacenterOst.Specs.Models;

/// <summary>Metrics of models as OpenTelemetry gets them: what they count over real calls, and that they leave the server.</summary>
public sealed class When_a_model_is_measured(PrivatePostgres postgres)
{
    private const string Aki = "kdigo-aki";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task each_answer_is_counted_and_timed_by_model_version_stage_and_result()
    {
        // Other servers of this process count too; no other has this version.
        const string version = "1.73.9";
        using var versions = new ModelVersions();
        await using var ost = await RecordingServer.Start("sqlite", postgres);
        await Deployed(ost.Http, versions.Of(Aki, version));
        foreach (var stage in new[] { "silent", "canary", "active" }) await Promoted(ost.Http, Aki, version, stage, stage == "canary" ? "50%" : null);
        using var heard = new Heard(version);

        for (var call = 0; call < 7; call++) await ost.Call("70@03-09T08:00 150@03-10T09:00", patient: $"p{call}");
        for (var call = 0; call < 3; call++) await ost.Call("", patient: $"q{call}");

        Assert.Equal(7, heard.Of("dost.model.scores", "result", "scored").Sum());
        Assert.Equal(3, heard.Of("dost.model.scores", "result", "abstained").Sum());
        Assert.Equal(10, heard.Of("dost.model.duration", "stage", "shown").Count);
        Assert.All(heard.Of("dost.model.duration", "model", Aki), took => Assert.InRange(took, 0.001, 60_000));
        Assert.Equal(Enumerable.Repeat(2.0, 7), heard.Of("dost.model.score", "model", Aki));
        Assert.Equal(["model", "result", "stage", "version"], heard.Attributes);

        await ost.Get($"/api/models/{Aki}/report");
        Assert.DoesNotContain(heard.Values, value => value is "p1" or "q1" or RecordingServer.Anna);
    }

    [Fact]
    public async Task they_come_out_by_the_OpenTelemetry_protocol_and_nothing_of_a_patient_with_them()
    {
        using var folder = new TemporaryFolder();
        using var collector = new Collector();
        var dost = new Dost(new Dictionary<string, string>
        {
            ["Data"] = folder.Path,
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
        });
        await using var server = await ServeProcess.Start(dost, ServeProcess.FreePort(), ServeProcess.FreePort(), Token);
        for (var call = 0; call < 3; call++)
        {
            var request = RecordingServer.Request("70@03-09T08:00 150@03-10T09:00", patient: "canary-patient");
            request["extension"] = new JsonObject { ["dk.datacenter-ost.asOf"] = "2026-03-10T12:00:00Z" };
            using var content = new StringContent(request.ToJsonString(), Encoding.UTF8, "application/json");
            using var answer = await server.Http.PostAsync("/cds-services/" + Aki, content, Token);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));
        }

        string[] wanted = ["dost.model.scores", "dost.model.duration", "dost.model.score", Aki, "1.0.0", "shown", "scored"];
        var began = TimeProvider.System.GetTimestamp();
        while (wanted.FirstOrDefault(word => !collector.Heard.Contains(word, StringComparison.Ordinal)) is { } missing)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30), $"{missing} was not exported in time; {collector.Heard.Length} bytes were\n{server.Written}");
            await Task.Delay(100, Token);
        }

        Assert.DoesNotContain("canary-patient", collector.Heard, StringComparison.Ordinal);
    }

    /// <summary>What the meters of one version said.</summary>
    private sealed class Heard : IDisposable
    {
        private readonly ConcurrentQueue<(string Name, double Value, Dictionary<string, string> Tags)> said = new();
        private readonly MeterListener listener = new();

        public Heard(string version)
        {
            listener.InstrumentPublished = (instrument, own) =>
            {
                if (instrument.Meter.Name == ModelMeters.Name) own.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument.Name, value, tags, version));
            listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument.Name, value, tags, version));
            listener.Start();
        }

        public IEnumerable<string> Attributes => said.SelectMany(one => one.Tags.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

        public IEnumerable<string> Values => said.SelectMany(one => one.Tags.Values);

        public IReadOnlyList<double> Of(string name, string tag, string value)
            => [.. said.Where(one => one.Name == name && one.Tags.GetValueOrDefault(tag) == value).Select(one => one.Value)];

        public void Dispose() => listener.Dispose();

        private void Keep(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, string version)
        {
            var kept = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (key, one) in tags) kept[key] = Convert.ToString(one, CultureInfo.InvariantCulture) ?? "";
            if (kept.GetValueOrDefault("version") == version) said.Enqueue((name, value, kept));
        }
    }

    /// <summary>Takes what is exported, as a collector of metrics does.</summary>
    private sealed class Collector : IDisposable
    {
        private readonly HttpListener listener = new();
        private readonly ConcurrentQueue<string> bodies = new();

        public Collector()
        {
            Address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ServeProcess.FreePort()}");
            listener.Prefixes.Add(Address + "/");
            listener.Start();
            _ = Listen();
        }

        public string Address { get; }

        /// <summary>The bytes so far as text: names and attributes of OTLP are plain in it.</summary>
        public string Heard => string.Concat(bodies);

        public void Dispose() => listener.Close();

        private async Task Listen()
        {
            try
            {
                while (await listener.GetContextAsync() is { } call)
                {
                    using var body = new MemoryStream();
                    await call.Request.InputStream.CopyToAsync(body, Token);
                    bodies.Enqueue(Encoding.Latin1.GetString(body.ToArray()));
                    call.Response.StatusCode = 200;
                    call.Response.Close();
                }
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
