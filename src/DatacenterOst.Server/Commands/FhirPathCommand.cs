using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;

namespace DatacenterOst.Server.Commands;

/// <summary>
/// <c>dost fhir path '&lt;expression&gt;' FILE</c>: every value of a FHIRPath expression on a line of its own, or all as one JSON array.
/// Of NDJSON each line is asked.
/// </summary>
internal static class FhirPathCommand
{
    private static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var expression = new Argument<string>("expression") { Description = "FHIRPath, e.g. \"name.where(use = 'official').given\"." };
        var file = new Argument<string>("file") { Description = "A resource or bundle of at most 256 MB, or NDJSON of any size; - for standard input." };
        var json = new Option<bool>("--json") { Description = "Print the values as one JSON array." };
        var command = new Command("path", "Print the values of a FHIRPath expression; trace() goes to standard error.") { expression, file, json };
        command.SetAction((parsed, cancellationToken) => Refusal.OrResult(
            token => Run(parsed.GetRequiredValue(expression), parsed.GetRequiredValue(file), parsed.GetValue(json), token), cancellationToken));
        return command;
    }

    private static async Task<int> Run(string text, string file, bool json, CancellationToken cancellationToken)
    {
        var expression = Parse(text);
        await using var input = await FhirInput.Open(file, cancellationToken);
        await using var output = new StreamWriter(Console.OpenStandardOutput());
        var separator = "[";
        await foreach (var resource in Resources(input, cancellationToken))
        {
            foreach (var value in Evaluate(expression, resource, file))
            {
                if (json)
                    await output.WriteAsync(separator + "\n  ");
                separator = ",";
                await output.WriteAsync((json ? Json(value) : Plain(value)) + (json ? "" : "\n"));
            }
        }

        if (json)
            await output.WriteAsync(separator == "[" ? "[]\n" : "\n]\n");
        return 0;
    }

    private static FhirPathExpression Parse(string text)
    {
        try
        {
            return FhirPathExpression.Parse(text);
        }
        catch (FhirPathException e)
        {
            throw new Problem(ProblemKind.Invalid, e.Message, "expression", e);
        }
    }

    private static IReadOnlyList<PathValue> Evaluate(FhirPathExpression expression, Resource resource, string file)
    {
        var surroundings = new PathEnvironment { Trace = static (name, values) => Console.Error.WriteLine($"{name}: {string.Join(", ", values.Select(Plain))}") };
        try
        {
            return expression.Evaluate(resource.Root, surroundings);
        }
        catch (FhirPathException e)
        {
            throw new Problem(ProblemKind.Invalid, $"{resource}: {e.Message}", $"{file}: expression", e);
        }
    }

    private static async IAsyncEnumerable<Resource> Resources(
        FhirInput input, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (input.Kind != FhirInputKind.Ndjson)
        {
            yield return input.Single();
            yield break;
        }

        await foreach (var line in NdjsonReader.ReadAsync(input.FromStart(), cancellationToken))
            yield return Parsed(line, input.Name);
    }

    private static Resource Parsed(NdjsonLine line, string file)
    {
        if (line.Problem is not null)
            throw new Problem(ProblemKind.TooLarge, line.Problem, Refusal.Place(file, line.Line, 0, ""));
        try
        {
            return Resource.ParseJson(line.Bytes);
        }
        catch (FhirFormatException e)
        {
            throw Refusal.Of(e, file, line.Line);
        }
    }

    private static string Plain(PathValue value) => value.Element is { Exists: true, HasValue: false } ? Json(value) : value.ToString();

    private static string Json(PathValue value)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, OneLine))
        {
            if (value.Kind == PathKind.Element)
                Write(writer, value.Element);
            else if (value.AsBoolean() is { } truth)
                writer.WriteBooleanValue(truth);
            else if (value.AsDecimal() is { } number)
                writer.WriteNumberValue(number);
            else
                writer.WriteStringValue(value.ToString());
        }

        return System.Text.Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, Element element)
    {
        if (element.HasValue && element.DecimalText is { Length: > 0 } number)
            writer.WriteRawValue(number);
        else if (element.HasValue)
            writer.WriteStringValue(element.AsString());
        else if (element.Utf8.IsEmpty)
            writer.WriteNullValue();
        else
            Compact(writer, element);
    }

    private static void Compact(Utf8JsonWriter writer, Element element)
    {
        using var document = JsonDocument.Parse(element.Utf8.ToArray(), new JsonDocumentOptions { MaxDepth = Resource.MaxDepth });
        document.RootElement.WriteTo(writer);
    }
}
