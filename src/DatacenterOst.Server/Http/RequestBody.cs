using System.Buffers;
using DatacenterOst.Clinical;

namespace DatacenterOst.Server.Http;

/// <summary>Reads a whole request body within a limit, and says so when it is over it.</summary>
public static class RequestBody
{
    public static async Task<ReadOnlyMemory<byte>> Read(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maxBytes)
            throw TooLarge(maxBytes);
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (read.Buffer.Length > maxBytes)
                throw TooLarge(maxBytes);
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Refuses another media type than JSON in one of its FHIR or plain spellings; none at all is taken as JSON.</summary>
    public static void RequireJson(HttpRequest request)
    {
        var type = request.ContentType;
        if (string.IsNullOrEmpty(type))
            return;
        var media = type.AsSpan().TrimStart();
        var end = media.IndexOf(';');
        media = (end < 0 ? media : media[..end]).TrimEnd();
        if (!(media.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || media.Equals("application/fhir+json", StringComparison.OrdinalIgnoreCase)
            || media.Equals("application/json+fhir", StringComparison.OrdinalIgnoreCase)))
            throw new Problem(ProblemKind.Unsupported, "The body must be JSON: send Content-Type: application/json or application/fhir+json.", "Content-Type");
    }

    private static Problem TooLarge(int maxBytes)
        => new(ProblemKind.TooLarge, $"The body is larger than {maxBytes / (1024 * 1024)} MB, the limit here. Send less, or in parts.", "body");
}
