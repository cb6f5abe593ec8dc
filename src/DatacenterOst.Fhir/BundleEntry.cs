namespace DatacenterOst.Fhir;

/// <summary>
/// One entry of a bundle as it came. <paramref name="Resource"/> is the entry's resource as UTF-8 JSON, not yet parsed, and empty
/// where the entry has none. <paramref name="Problem"/> says why an entry cannot be used (too large, not an object), else null.
/// <paramref name="Offset"/> and <paramref name="Line"/> (from 1) are the place of the resource, or of the entry, in the stream.
/// </summary>
public sealed record BundleEntry(
    int Number, string? FullUrl, string? Method, string? Url, ReadOnlyMemory<byte> Resource, long Offset, int Line, string? Problem);

/// <summary>One line of an NDJSON file: its number from 1, its place, its bytes without the line end; <paramref name="Problem"/> where it is too long.</summary>
public sealed record NdjsonLine(int Line, long Offset, ReadOnlyMemory<byte> Bytes, string? Problem);
