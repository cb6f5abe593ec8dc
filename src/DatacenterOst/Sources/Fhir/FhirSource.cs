using System.Globalization;
using System.Runtime.CompilerServices;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;

namespace DatacenterOst.Sources.Fhir;

/// <summary>FHIR R4 JSON: a Bundle of any size and type, NDJSON, or one resource. Each resource is a record with one item.</summary>
public sealed class FhirSource(SourceProfile profile) : ISource
{
    public async IAsyncEnumerable<RawRecord> Read(Stream input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new InputBuffer(input, BundleReader.MaxEntryBytes);
        var kind = await KindOf(buffer, cancellationToken);
        await foreach (var record in ReadAs(kind, buffer, cancellationToken))
            yield return record;
        if (buffer.Failure is { } failure)
            yield return Unread.Record(default, $"byte {buffer.Offset}", RejectionReasons.Truncated, $"the file could not be read to its end: {failure} Send it again.");
    }

    public async IAsyncEnumerable<RawRecord> ReadAgain(EarlierRecord kept, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        cancellationToken.ThrowIfCancellationRequested();
        var references = References.From(kept.Context.Span, out var fullUrl);
        yield return Resource(kept.Bytes, kept.Place, references, fullUrl);
    }

    private IAsyncEnumerable<RawRecord> ReadAs(ContentKind kind, InputBuffer buffer, CancellationToken cancellationToken) => kind switch
    {
        ContentKind.Bundle => ReadBundle(new BufferStream(buffer), "", cancellationToken),
        ContentKind.Ndjson => ReadLines(new BufferStream(buffer), cancellationToken),
        _ => ReadOne(buffer, kind, cancellationToken),
    };

    private static async ValueTask<ContentKind> KindOf(InputBuffer buffer, CancellationToken cancellationToken)
    {
        while (buffer.Unread.Length < Content.PrefixBytes && await buffer.More(cancellationToken))
        {
        }
        if (buffer.Unread.StartsWith("\uFEFF"u8))
            buffer.Consume("\uFEFF"u8.Length);
        return Content.KindOf(buffer.Unread.TrimStart(" \t\r\n"u8), buffer.Ended);
    }

    private async IAsyncEnumerable<RawRecord> ReadBundle(Stream stream, string within, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var references = new References();
        await using var entries = BundleReader.ReadAsync(stream, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            FhirFormatException? broken = null;
            try
            {
                if (!await entries.MoveNextAsync())
                    yield break;
            }
            catch (FhirFormatException e)
            {
                broken = e;
            }
            if (broken is not null)
            {
                yield return Unread.Record(default, within + broken.Path, IsCut(broken) ? RejectionReasons.Truncated : RejectionReasons.Unreadable, broken.Message);
                yield break;
            }
            yield return Entry(entries.Current, within, references);
        }
    }

    private RawRecord Entry(BundleEntry entry, string within, References references)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{within}entry[{entry.Number}]");
        if (entry.Problem is { } problem)
            return Unread.Record(entry.Resource, place, RejectionReasons.Unreadable, problem);
        if (entry.Resource.IsEmpty)
            return Unread.Record(default, place, RejectionReasons.NotSupported, $"the entry has no resource{(entry.Method is { } m ? $" and asks for {m}" : "")}; only resources are taken");
        return Resource(entry.Resource, place, references, entry.FullUrl);
    }

    private async IAsyncEnumerable<RawRecord> ReadLines(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var line in NdjsonReader.ReadAsync(stream, cancellationToken))
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"line {line.Line}");
            if (line.Problem is { } problem)
                yield return Unread.Record(line.Bytes, place, RejectionReasons.Unreadable, problem);
            else if (Content.KindOf(line.Bytes.Span, true) != ContentKind.Bundle)
                yield return Resource(line.Bytes, place, new References(), null);
            else
            {
                await foreach (var record in ReadBundle(new MemoryStream(line.Bytes.ToArray()), place + ", ", cancellationToken))
                    yield return record;
            }
        }
    }

    private async IAsyncEnumerable<RawRecord> ReadOne(InputBuffer buffer, ContentKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (buffer.Unread.IsEmpty)
        {
            yield return Unread.Record(default, "byte 0", RejectionReasons.Truncated, "the file is empty");
            yield break;
        }
        if (kind == ContentKind.NotJson)
        {
            yield return Unread.Record(default, "line 1", RejectionReasons.Unreadable, buffer.Unread[0] == '<' ? "the file is XML; send FHIR as JSON" : "FHIR JSON begins with { and this file does not; send a Bundle, NDJSON or a resource");
            yield break;
        }
        while (await buffer.More(cancellationToken))
        {
        }
        if (buffer.Full && !buffer.Ended)
            yield return Unread.Record(default, "line 1", RejectionReasons.Unreadable, $"the resource is larger than {BundleReader.MaxEntryBytes} bytes");
        else
            yield return Resource(buffer.Unread.ToArray(), "resource", new References(), null);
    }

    private RawRecord Resource(ReadOnlyMemory<byte> bytes, string place, References references, string? fullUrl)
    {
        Resource resource;
        try
        {
            resource = DatacenterOst.Fhir.Resource.ParseJson(References.Rewrite(bytes, references.Known));
        }
        catch (FhirFormatException e)
        {
            var reason = Content.IsCut(bytes.Span) ? RejectionReasons.Truncated : RejectionReasons.Unreadable;
            return Unread.Record(bytes, place, reason, e.Message);
        }
        var context = references.ContextOf(bytes.Span, fullUrl);
        references.Add(fullUrl, resource);
        var content = FhirFacts.Of(resource, profile.Zone, References.IdOf(resource, fullUrl));
        var item = new RawItem { Place = place, Resource = resource, Facts = content.Patient is null ? [] : content.Facts, Problem = content.Problem };
        return new RawRecord(bytes, place, Linked(content.Patient, resource, references, fullUrl), [item]) { Context = context };
    }

    /// <summary>
    /// A bundle may name its patient before the patient's entry comes. Until then the urn itself is who it is about, and
    /// the entry, when it comes, says that it was called so.
    /// </summary>
    private static RawPatient? Linked(RawPatient? patient, Resource resource, References references, string? fullUrl)
    {
        var urn = resource.TypeName == "Patient" ? (references.IsAwaited(fullUrl) ? fullUrl : null)
            : References.IsUrn(patient?.Reference) ? patient!.Reference : null;
        if (patient is null || urn is null)
            return patient;
        references.Await(urn);
        return patient with { Identifiers = [.. patient.Identifiers, new Identifier(References.UriSystem, urn.ToLowerInvariant())] };
    }

    private static bool IsCut(FhirFormatException e) => e.Problem.Contains("ends too early", StringComparison.Ordinal);
}
