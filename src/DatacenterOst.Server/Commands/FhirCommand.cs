using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;

namespace DatacenterOst.Server.Commands;

/// <summary><c>dost fhir …</c>: ask, check and rewrite FHIR R4 files, without a store.</summary>
public static class FhirCommand
{
    /// <summary>Danish letters stay as they are in what people read.</summary>
    internal static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create() => new("fhir", "Ask, check and rewrite FHIR R4 files: JSON, XML or NDJSON, - for standard input.")
    {
        FhirPathCommand.Create(),
        FhirValidateCommand.Create(),
        Convert(),
    };

    private static Command Convert()
    {
        var file = new Argument<string>("file") { Description = "A resource or bundle, at most 256 MB; - for standard input. JSON or XML is seen from the content." };
        var to = new Option<string>("--to") { Description = "xml or json.", Required = true };
        var command = new Command("convert", "Write a resource as XML or JSON, indented, with decimals as they were written.") { file, to };
        command.SetAction((parsed, cancellationToken) =>
            Refusal.OrResult(token => Convert(parsed.GetRequiredValue(file), parsed.GetRequiredValue(to), token), cancellationToken));
        return command;
    }

    private static async Task<int> Convert(string file, string to, CancellationToken cancellationToken)
    {
        if (to is not ("xml" or "json"))
            throw new Problem(ProblemKind.Invalid, $"'{to}' is not a format; write xml or json", "--to");
        await using var input = await FhirInput.Open(file, cancellationToken);
        var resource = input.Single();
        await using var output = Console.OpenStandardOutput();
        if (to == "xml")
        {
            await output.WriteAsync(resource.ToXml(indented: true), cancellationToken);
        }
        else
        {
            await using var writer = new Utf8JsonWriter(output, Readable);
            resource.WriteJson(writer);
        }

        await output.WriteAsync("\n"u8.ToArray(), cancellationToken);
        return 0;
    }
}
