using System.Globalization;
using DatacenterOst.Clinical;
using DatacenterOst.Store;

namespace DatacenterOst.Server.Fhir;

/// <summary>Versions and times as HTTP compares them (FHIR R4 http.html#versioning, #cread).</summary>
public static class ETags
{
    public static string Of(StoredResource stored) => $"W/\"{ResourceJson.Text(stored.Version)}\"";

    public static string Date(StoredResource stored) => stored.StoredAt.ToUniversalTime().ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The version of <c>If-Match: W/"3"</c>; null when it is not there.</summary>
    /// <param name="where">Header or element that it came in.</param>
    public static int? Version(string? ifMatch, string where = "If-Match")
    {
        if (string.IsNullOrEmpty(ifMatch))
            return null;
        var version = Opaque(ifMatch);
        return int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new Problem(ProblemKind.Invalid, $"{where} must be the ETag of a version, such as W/\"3\".", where: where);
    }

    /// <summary>Has the caller this version already? If-None-Match counts alone where both are given (RFC 9110, 13.2.2).</summary>
    public static bool IsKnown(FhirRequest request, StoredResource stored)
    {
        if (request.IfNoneMatch is { Length: > 0 } tags)
            return tags.Split(',', StringSplitOptions.TrimEntries).Any(tag => tag == "*" || Opaque(tag) == ResourceJson.Text(stored.Version));
        // Last-Modified has whole seconds, so the fraction of the stored time does not count.
        return request.IfModifiedSince is { Length: > 0 } since
            && DateTimeOffset.TryParseExact(since, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var known)
            && stored.StoredAt.ToUnixTimeSeconds() <= known.ToUnixTimeSeconds();
    }

    private static string Opaque(string tag)
        => (tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag).Trim('"');
}
