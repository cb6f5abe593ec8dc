using System.Text.Json;
using DatacenterOst.Clinical;
using DatacenterOst.Server.Fhir;

namespace DatacenterOst.Server.Transactions;

/// <summary>
/// Takes a bundle of requests apart in one pass over its bytes. Resources are cut out and skipped: each is parsed once, when it is
/// known under which id it will stand.
/// </summary>
public static class BundleReading
{
    private static readonly string[] BundleMembers =
        ["id", "meta", "implicitRules", "language", "identifier", "timestamp", "total", "link", "signature"];

    private static readonly string[] EntryMembers = ["id", "extension", "modifierExtension", "link", "search", "response"];

    /// <exception cref="Problem">Invalid, with the place; TooCostly for too many entries.</exception>
    public static BundleAsk Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            return ReadBundle(body);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // The parser of resources knows line, column and path.
            FhirWriting.Parse(body);
            throw new Problem(ProblemKind.Invalid, "The body is not a Bundle: " + broken.Message, where: "Bundle", inner: broken);
        }
    }

    private static BundleAsk ReadBundle(ReadOnlyMemory<byte> body)
    {
        var reader = new Utf8JsonReader(body.Span, new JsonReaderOptions { MaxDepth = DatacenterOst.Fhir.Resource.MaxDepth });
        Expect(ref reader, JsonTokenType.StartObject);
        var (resourceType, type) = ("", "");
        List<EntryAsk> entries = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (name == "resourceType")
                resourceType = reader.GetString() ?? "";
            else if (name == "type")
                type = reader.GetString() ?? "";
            else if (name == "entry")
                entries = ReadEntries(ref reader, body);
            else if (BundleMembers.Contains(name.TrimStart('_')))
                reader.Skip();
            else
                throw new Problem(ProblemKind.Invalid, $"A Bundle has no element '{FhirRequest.Shown(name)}'.", where: "Bundle");
        }

        if (reader.Read())
            throw new JsonException("There is something after the bundle.");
        if (resourceType != "Bundle")
            throw new Problem(ProblemKind.Invalid, $"This address takes a Bundle of type batch or transaction; the body is {FhirRequest.Shown(resourceType)}.", where: "resourceType");
        return type is "batch" or "transaction"
            ? new BundleAsk(type, entries)
            : throw new Problem(ProblemKind.Invalid, $"This address takes a Bundle of type batch or transaction, not '{FhirRequest.Shown(type)}'. A bundle is stored as such at /Bundle.", where: "Bundle.type");
    }

    private static List<EntryAsk> ReadEntries(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("Bundle.entry is a list.");
        var entries = new List<EntryAsk>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (entries.Count == BundleAsk.MaxEntries)
                throw new Problem(ProblemKind.TooCostly, $"A bundle has at most {BundleAsk.MaxEntries} entries; send it in parts.", where: "Bundle.entry");
            entries.Add(ReadEntry(ref reader, body, new EntryAsk { Number = entries.Count }));
        }

        return entries;
    }

    private static EntryAsk ReadEntry(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, EntryAsk entry)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("An entry is an object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (name == "fullUrl")
                entry = entry with { FullUrl = reader.GetString() };
            else if (name == "request")
                entry = ReadRequest(ref reader, entry);
            else if (name == "resource")
                entry = entry with { Resource = Slice(ref reader, body) };
            else if (EntryMembers.Contains(name.TrimStart('_')))
                reader.Skip();
            else
                throw entry.Because(ProblemKind.Invalid, $"An entry has no element '{FhirRequest.Shown(name)}'.");
        }

        return entry;
    }

    private static EntryAsk ReadRequest(ref Utf8JsonReader reader, EntryAsk entry)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("Bundle.entry.request is an object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (name is "id" or "extension" or "modifierExtension" || name.StartsWith('_'))
            {
                reader.Skip();
                continue;
            }

            var value = reader.GetString();
            entry = name switch
            {
                "method" => entry with { Method = value ?? "" },
                "url" => entry with { Url = value ?? "" },
                "ifMatch" => entry with { IfMatch = value },
                "ifNoneMatch" => entry with { IfNoneMatch = value },
                "ifModifiedSince" => entry with { IfModifiedSince = Rfc1123(value) },
                "ifNoneExist" => entry with { IfNoneExist = value },
                _ => throw entry.Because(ProblemKind.Invalid, $"A request has no element '{FhirRequest.Shown(name)}'.", ".request"),
            };
        }

        return entry;
    }

    // In a bundle it is an instant, in HTTP a date of RFC 9110.
    private static string? Rfc1123(string? instant)
        => DatacenterOst.Fhir.FhirDateTime.TryParse(instant, out var at) ? at.Low.ToString("R", System.Globalization.CultureInfo.InvariantCulture) : instant;

    private static ReadOnlyMemory<byte> Slice(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return body[start..(int)reader.BytesConsumed];
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != type)
            throw new JsonException("A Bundle is a JSON object.");
    }
}
