using System.Buffers;
using DatacenterOst.Server.Fhir;
using DatacenterOst.Server.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace DatacenterOst.Server.Transactions;

/// <summary>The answers of a batch or transaction, in the order of its entries (FHIR R4 bundle.html#transaction-response).</summary>
public static class ResponseBundle
{
    public static void Write(IBufferWriter<byte> output, string baseUrl, string type, IReadOnlyList<FhirAnswer> answers)
    {
        output.Write("{\"resourceType\":\"Bundle\",\"type\":"u8);
        output.Text(type);
        var before = ",\"entry\":["u8;
        foreach (var answer in answers)
        {
            output.Write(before);
            before = ","u8;
            WriteEntry(output, baseUrl, answer);
        }

        output.Write(answers.Count > 0 ? "]}"u8 : "}"u8);
    }

    private static void WriteEntry(IBufferWriter<byte> output, string baseUrl, FhirAnswer answer)
    {
        output.Write("{"u8);
        if (answer is { Body: { } body, IsOutcome: false })
        {
            if (answer.About is { } about)
            {
                output.Write("\"fullUrl\":"u8);
                output.Text($"{baseUrl}/{about.Type}/{about.Id}");
                output.Write(","u8);
            }

            output.Write("\"resource\":"u8);
            body(output);
            output.Write(","u8);
        }

        output.Write("\"response\":{\"status\":"u8);
        output.Text($"{ResourceJson.Text(answer.Status)} {ReasonPhrases.GetReasonPhrase(answer.Status)}");
        if (answer.About is { } stored)
        {
            if (answer.HasLocation)
            {
                output.Write(",\"location\":"u8);
                output.Text(answer.Location(baseUrl)!);
            }

            output.Write(",\"etag\":"u8);
            output.Text(ETags.Of(stored));
            output.Write(",\"lastModified\":"u8);
            output.Text(ResourceJson.Instant(stored.StoredAt));
        }

        if (answer is { Body: { } outcome, IsOutcome: true })
        {
            output.Write(",\"outcome\":"u8);
            outcome(output);
        }
        else if (answer.Ignored.Count > 0)
        {
            output.Write(",\"outcome\":"u8);
            Outcome.Write(output, new OutcomeIssue("warning", "not-supported", AskedParameters.Told(answer.Ignored)));
        }

        output.Write("}}"u8);
    }
}
