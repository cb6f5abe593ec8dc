using System.Buffers;
using System.IO.Pipelines;
using DatacenterOst.Clinical;

namespace DatacenterOst.Server.Http;

/// <summary>Reads a whole request body within a limit, and says so when it is over it.</summary>
public static class RequestBody
{
    /// <summary>From the first byte to the last; a sender who drips keeps a place that another could use.</summary>
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(30);

    /// <summary>The body, unpacked; the limit holds for what it is unpacked.</summary>
    /// <exception cref="Problem">TooLarge; Unsupported for an encoding that is not known; Invalid when it cannot be unpacked.</exception>
    /// <exception cref="BadHttpRequestException">408, when the body does not come in time.</exception>
    public static async Task<ReadOnlyMemory<byte>> Read(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maxBytes)
            throw TooLarge(maxBytes);
        // What could be unpacked has lost this header on its way here.
        if (request.Headers.ContentEncoding is { Count: > 0 } encoding && !string.Equals(encoding, "identity", StringComparison.OrdinalIgnoreCase))
            throw new Problem(ProblemKind.Unsupported, "A body may be packed with gzip, br or deflate.", "Content-Encoding");
        try
        {
            if (AtHand(request.BodyReader, maxBytes) is { } body) return body;
            using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            inTime.CancelAfter(MaxTime);
            return await ReadAll(request, maxBytes, inTime.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BadHttpRequestException("The body did not come in time.", StatusCodes.Status408RequestTimeout);
        }
        catch (Exception broken) when (broken is InvalidDataException or InvalidOperationException && broken is not BadHttpRequestException)
        {
            throw new Problem(ProblemKind.Invalid, "The body cannot be unpacked; it is not what its Content-Encoding says.", "Content-Encoding", broken);
        }
    }

    // Most bodies came with the head, whole: no clock is needed for those.
    private static byte[]? AtHand(PipeReader reader, int maxBytes)
    {
        if (!reader.TryRead(out var read)) return null;
        if (read.IsCompleted && read.Buffer.Length <= maxBytes)
        {
            var body = read.Buffer.ToArray();
            reader.AdvanceTo(read.Buffer.End);
            return body;
        }

        // Nothing is taken yet: what follows looks at the same bytes again.
        reader.AdvanceTo(read.Buffer.Start);
        return null;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAll(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
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
        => new(ProblemKind.TooLarge, $"The body is larger than {Size(maxBytes)}, the limit here. Send less, or in parts.", "body");

    private static string Size(int bytes) => bytes >= 1024 * 1024 ? $"{bytes / (1024 * 1024)} MB" : $"{bytes / 1024} KB";
}
