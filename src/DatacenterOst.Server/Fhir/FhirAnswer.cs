using System.Buffers;
using DatacenterOst.Store;

namespace DatacenterOst.Server.Fhir;

/// <summary>What an interaction gives back, before anybody knows whether it goes out over HTTP or into a bundle's entry.</summary>
public sealed record FhirAnswer(int Status)
{
    /// <summary>The version that the answer is about: ETag and Last-Modified are made of it. Null where there is none.</summary>
    public StoredResource? About { get; init; }

    /// <summary>Writes the body as JSON; null for none.</summary>
    public Action<IBufferWriter<byte>>? Body { get; init; }

    /// <summary>The body is an OperationOutcome about what was done, not what was asked for.</summary>
    public bool IsOutcome { get; init; }

    /// <summary>Parameters that were asked and left out; the answer says so.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>A write made a first version: Location is said.</summary>
    public bool HasLocation { get; init; }

    /// <summary>The address of the version that the answer is about.</summary>
    public string? Location(string baseUrl) => About is null ? null : $"{baseUrl}/{About.Type}/{About.Id}/_history/{ResourceJson.Text(About.Version)}";

    /// <summary>A resource as it is stored, whole or in part.</summary>
    public static FhirAnswer Of(int status, StoredResource stored, Selection selection) => new(status)
    {
        About = stored,
        Body = output => ResourceSubset.Write(output, stored, selection),
    };

    /// <summary>A body that is not a stored resource.</summary>
    public static FhirAnswer Of(Action<IBufferWriter<byte>> body) => new(StatusCodes.Status200OK) { Body = body };

    /// <summary>A body that is there already.</summary>
    public static FhirAnswer Of(ReadOnlyMemory<byte> json) => Of(output => output.Write(json.Span));
}
