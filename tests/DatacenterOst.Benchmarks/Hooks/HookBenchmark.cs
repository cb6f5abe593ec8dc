using System.Globalization;
using System.Text;
using System.Text.Json;
using DatacenterOst.Benchmarks.Load;

namespace DatacenterOst.Benchmarks.Hooks;

/// <summary>
/// <c>patient-view</c> of the AKI service from the store over HTTP at 8 connections, beside a bare Kestrel endpoint that answers the
/// same bytes, in the same run: 200 synthetic patients with 40 creatinine values each; every call makes a card.
/// </summary>
public static class HookBenchmark
{
    private const int Connections = 8;
    private const int Patients = 200;
    private const int Runs = 3;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(8);
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static async Task Run(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("dost-bench-").FullName;
        await using var cluster = await Cluster.Start(cancellationToken);
        try
        {
            Console.WriteLine("| patient-view, kdigo-aki | calls/s | p50 ms | p95 ms | p99 ms | server CPU ms/call |");
            Console.WriteLine("|---|---:|---:|---:|---:|---:|");
            var sqlite = new Dictionary<string, string> { ["Data"] = Path.Combine(folder, "store") };
            var answer = await MeasureStore("from SQLite", sqlite, folder, cancellationToken);
            if (cluster is not null)
                await MeasureStore("from PostgreSQL", new Dictionary<string, string>
                {
                    ["Store__Provider"] = "PostgreSql",
                    ["Store__ConnectionString"] = await cluster.NewDatabase(),
                }, folder, cancellationToken);
            await MeasureBare(answer, folder, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<byte[]> MeasureStore(
        string name, Dictionary<string, string> environment, string folder, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, "patients.ndjson");
        await File.WriteAllTextAsync(file, Cohort(), cancellationToken);
        await Product.Run(environment, ["ingest", "fhir", file, "--json"], cancellationToken);
        await using var server = await ServerProcess.Start(Product.Dost, ["serve"], environment, cancellationToken);
        var requests = Enumerable.Range(0, Patients).Select(patient => Request(server.Address.ToString(), $"p{patient}")).ToList();
        var answer = await Sample(server.Address.ToString(), cancellationToken);
        await Measure(name, server, requests, cancellationToken);
        return answer;
    }

    private static async Task MeasureBare(byte[] answer, string folder, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, "answer.json");
        await File.WriteAllBytesAsync(file, answer, cancellationToken);
        await using var server = await ServerProcess.Start(typeof(HookBenchmark).Assembly.Location, ["bare", file], new Dictionary<string, string>(), cancellationToken);
        await Measure("bare Kestrel, same bytes", server, [Request(server.Address.ToString(), "p0")], cancellationToken);
    }

    private static async Task Measure(string name, ServerProcess server, IReadOnlyList<byte[]> requests, CancellationToken cancellationToken)
    {
        await LoadGenerator.Run(server.Address, requests, Connections, WarmUp, cancellationToken);
        var runs = new List<(LoadResult Load, double Cpu)>();
        for (var run = 0; run < Runs; run++)
        {
            var before = server.CpuTime;
            var load = await LoadGenerator.Run(server.Address, requests, Connections, Time, cancellationToken);
            runs.Add((load, (server.CpuTime - before).TotalMilliseconds / load.Latencies.Length));
        }

        var (median, cpu) = runs.OrderBy(run => run.Load.PerSecond).ElementAt(Runs / 2);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {median.PerSecond:0} | {median.Milliseconds(0.5):0.00} | {median.Milliseconds(0.95):0.00} | {median.Milliseconds(0.99):0.00} | {cpu:0.000} |"));
    }

    private static async Task<byte[]> Sample(string address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        using var content = new StringContent(Body("p0"), Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync($"http://{address}/cds-services/kdigo-aki", content, cancellationToken);
        var bytes = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        if (!answer.IsSuccessStatusCode || JsonDocument.Parse(bytes).RootElement.GetProperty("cards").GetArrayLength() != 1)
            throw new InvalidOperationException("The benchmark's patient must have exactly one card: " + Encoding.UTF8.GetString(bytes));
        return bytes;
    }

    private static byte[] Request(string host, string patient)
    {
        var body = Body(patient);
        return Encoding.UTF8.GetBytes(
            $"POST /cds-services/kdigo-aki HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
    }

    private static string Body(string patient)
        => $$$"""{"hook":"patient-view","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","context":{"userId":"Practitioner/bench","patientId":"{{{patient}}}"},"extension":{"dk.datacenter-ost.asOf":"2026-03-01T12:00:00Z"}}""";

    private static string Cohort()
    {
        var lines = new StringBuilder();
        for (var patient = 0; patient < Patients; patient++)
        {
            lines.Append(CultureInfo.InvariantCulture, $$"""{"resourceType":"Patient","id":"p{{patient}}","birthDate":"1960-01-01","gender":"female"}""").Append('\n');
            for (var sample = 0; sample < 40; sample++)
            {
                var at = Now.AddHours(-3 - (6 * sample));
                var value = sample == 0 ? 196 : 80 + (sample % 9);
                lines.Append(string.Create(CultureInfo.InvariantCulture, $$$"""{"resourceType":"Observation","id":"p{{{patient}}}-{{{sample}}}","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"14682-9"}]},"subject":{"reference":"Patient/p{{{patient}}}"},"effectiveDateTime":"{{{at:yyyy-MM-ddTHH:mm:ssZ}}}","issued":"{{{at.AddHours(1):yyyy-MM-ddTHH:mm:ssZ}}}","valueQuantity":{"value":{{{value}}},"unit":"umol/L","system":"http://unitsofmeasure.org","code":"umol/L"}}""")).Append('\n');
            }
        }

        return lines.ToString();
    }
}
