using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DatacenterOst.Fhir;

namespace DatacenterOst.Benchmarks.Fhir;

/// <summary>
/// FHIRPath over 1,000 Patients beside npm <c>fhirpath</c> in Node: the same expressions over the same resources, expressions and
/// resources parsed beforehand on both sides. Both must give the same values. One step beforehand, at the root of the repository:
/// <c>npm install --prefix artifacts fhirpath@5.2.0</c>
/// </summary>
public static class PathRows
{
    private const string Install = "npm install --prefix artifacts fhirpath@5.2.0";
    private const double Mark = 20;

    private static readonly string[] Expressions =
    [
        "name.given",
        "name.where(use = 'official').given.first() & ' ' & name.first().family",
        "name.first().family.upper().substring(0, 3)",
        "name.all(given.exists() and family.exists())",
        "telecom.where(system = 'phone' and use = 'home').value",
        "identifier.where(type.coding.code = 'MR').value",
        "identifier.select(system & '|' & value)",
        "extension('http://hl7.org/fhir/us/core/StructureDefinition/us-core-race').extension.where(url = 'text').value",
        "birthDate <= @1980-01-01",
        "gender = 'female' and deceased.exists().not()",
        "name.given.count() + telecom.count() * 2",
        "address.where(country = 'US').city | address.state",
    ];

    public static async Task Run(Samples samples, string root, string folder, CancellationToken cancellationToken)
    {
        var name = Table.Text($"a FHIRPath expression over a Patient ({Expressions.Length} expressions, {samples.Patients.Count:N0} Patients)");
        var patients = samples.Patients.Select(bytes => Resource.ParseJson(bytes).Root).ToList();
        var compiled = Expressions.Select(FhirPathExpression.Parse).ToList();
        var measured = Rounds.Measure([
            new Work(Expressions.Length * patients.Count, () => compiled.Sum(expression => Evaluate(expression, patients))),
            .. compiled.Select(expression => new Work(patients.Count, () => Evaluate(expression, patients)))]);
        var (node, problem) = await Node(samples, root, folder, cancellationToken);
        if (node is not { } answer)
        {
            Table.Row(name, measured[0], problem, "≥ 20 ×: not measured");
            return;
        }

        var other = answer.GetProperty("wallSeconds").GetDouble();
        var each = answer.GetProperty("expressions").EnumerateArray().ToList();
        var ratios = each.Select((one, i) => one.GetProperty("wallSeconds").GetDouble() / measured[i + 1].WallSeconds).ToList();
        var differing = each.Where((one, i) => one.GetProperty("sha256").GetString() != Values(compiled[i], patients)).Count();
        var ratio = other / measured[0].WallSeconds;
        // A bar would end the cell of the table.
        string Named(double one) => Expressions[ratios.IndexOf(one)].Replace("|", "\\|", StringComparison.Ordinal);
        Table.Row(
            name,
            measured[0],
            Table.Text($"npm `fhirpath` {answer.GetProperty("version").GetString()}, Node {answer.GetProperty("node").GetString()}: {Table.Time(other)}, CPU {Table.Time(answer.GetProperty("cpuSeconds").GetDouble())}: {ratio:0} × (CPU {answer.GetProperty("cpuSeconds").GetDouble() / measured[0].CpuSeconds:0} ×; from {ratios.Min():0} × for `{Named(ratios.Min())}` to {ratios.Max():0} × for `{Named(ratios.Max())}`); {(differing == 0 ? "same values" : $"{differing} expressions give other values")}"),
            Table.Mark("≥ 20 ×", ratio >= Mark && differing == 0));
    }

    private static long Evaluate(FhirPathExpression expression, List<Element> patients)
    {
        var sum = 0L;
        foreach (var patient in patients) sum += expression.Evaluate(patient).Count;
        return sum;
    }

    // The script makes the same text: each value on a line of its own.
    private static string Values(FhirPathExpression expression, List<Element> patients)
    {
        var text = new StringBuilder();
        foreach (var patient in patients)
            foreach (var value in expression.Evaluate(patient)) text.Append(value.ToString()).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static async Task<(JsonElement? Answer, string Problem)> Node(Samples samples, string root, string folder, CancellationToken cancellationToken)
    {
        var modules = Path.Combine(root, "artifacts");
        if (!Directory.Exists(Path.Combine(modules, "node_modules", "fhirpath"))) return (null, $"npm `fhirpath` is not installed: `{Install}`");
        var patients = Path.Combine(folder, "patients.ndjson");
        var expressions = Path.Combine(folder, "expressions.json");
        await File.WriteAllLinesAsync(patients, samples.Patients.Select(Encoding.UTF8.GetString), cancellationToken);
        await File.WriteAllTextAsync(expressions, JsonSerializer.Serialize(Expressions), cancellationToken);
        var script = Path.Combine(root, "tests", "DatacenterOst.Benchmarks", "Fhir", "fhirpath.mjs");
        try
        {
            using var process = Process.Start(new ProcessStartInfo("node", [script, modules, patients, expressions]) { RedirectStandardOutput = true })!;
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? (JsonDocument.Parse(output).RootElement, "") : (null, "the Node script failed; its reason is on standard error");
        }
        catch (Win32Exception)
        {
            return (null, "`node` is not installed");
        }
    }
}
