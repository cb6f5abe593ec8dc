namespace DatacenterOst.Fhir;

/// <summary>Writes NDJSON: one resource a line.</summary>
public static class NdjsonWriter
{
    /// <summary>Writes one resource and a line end.</summary>
    public static async ValueTask WriteAsync(Stream stream, Resource resource, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(resource);
        // JSON strings cannot hold a line end, and the writer puts none between tokens.
        await stream.WriteAsync(resource.ToJson(), cancellationToken);
        await stream.WriteAsync("\n"u8.ToArray(), cancellationToken);
    }
}
