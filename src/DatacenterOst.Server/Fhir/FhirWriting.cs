using System.Text.Json;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Normalise;
using DatacenterOst.Sources;
using DatacenterOst.Sources.Fhir;
using DatacenterOst.Terminology;

namespace DatacenterOst.Server.Fhir;

/// <summary>
/// A resource on its way in over HTTP: parsed, its facts taken and normalised by the same code as everything that is ingested.
/// </summary>
public sealed class FhirWriting(TerminologySnapshot terminology, TimeProvider time)
{
    public const string ProfileId = "fhir-api";

    public static readonly SourceProfile Profile = new() { Id = ProfileId, Format = SourceFormat.Fhir, Title = "FHIR API" };

    private readonly Normaliser normaliser = new(terminology, Profile);

    /// <exception cref="Problem">Invalid, with the place as FHIRPath, line and column.</exception>
    public static Resource Parse(ReadOnlyMemory<byte> body) => Parse(body, Resource.ParseJson);

    /// <exception cref="Problem">Invalid, with the place as FHIRPath, line and column.</exception>
    public static Resource ParseXml(ReadOnlyMemory<byte> body) => Parse(body, Resource.ParseXml);

    /// <summary>The type and the id that a body says. Only what stands at its top is read; the rest is checked when it is taken apart.</summary>
    /// <exception cref="Problem">Invalid where it is no resource of that type.</exception>
    public static string? IdOf(ReadOnlyMemory<byte> body, string type)
    {
        var (said, id) = KeyOf(body);
        if (said == type)
            return id;
        // A body that is broken says so itself, better than its missing type would.
        var parsed = Parse(body);
        throw new Problem(ProblemKind.Invalid, $"This address takes {type}; the body is {parsed.TypeName}.", where: "resourceType");
    }

    /// <summary>The resource under an id that the server chose.</summary>
    public static ReadOnlyMemory<byte> WithId(ReadOnlyMemory<byte> body, string type, string id) => ResourceJson.WithId(body, type, id);

    /// <summary>One resource, id included, as the store takes it.</summary>
    public NormalRecord Record(ReadOnlyMemory<byte> body) => Record(Parse(body));

    public NormalRecord Record(Resource resource)
    {
        if (resource.TypeName == "SearchParameter")
            RequireUsable(resource);
        var content = FhirFacts.Of(resource, Profile.Zone, resource.Id);
        var item = new RawItem { Place = resource.TypeName, Resource = resource, Facts = content.Patient is null ? [] : content.Facts, Problem = content.Problem };
        return normaliser.Normalise(new RawRecord(resource.Source, resource.TypeName, content.Patient, [item]), time.GetUtcNow());
    }

    // A search parameter in use that can never find anything would be answered as if nothing matched.
    private static void RequireUsable(Resource searchParameter)
    {
        if (searchParameter.Root["status"].AsString() != "active" || !searchParameter.Root["expression"].Exists)
            return;
        try
        {
            SearchParameter.FromResource(searchParameter);
        }
        catch (SearchException wrong) when (wrong.Parameter == "SearchParameter.expression")
        {
            throw new Problem(ProblemKind.Unprocessable, wrong.Message, where: wrong.Parameter, inner: wrong);
        }
        catch (SearchException)
        {
            // Also definitions of others are kept here, as HL7's own; they are not put to use.
        }
    }

    private static (string? Type, string? Id) KeyOf(ReadOnlyMemory<byte> body)
    {
        try
        {
            return ResourceJson.Key(body);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return (null, null);
        }
    }

    private static Resource Parse(ReadOnlyMemory<byte> body, Func<ReadOnlyMemory<byte>, Resource> read)
    {
        try
        {
            return read(body);
        }
        catch (FhirFormatException wrong)
        {
            throw new Problem(ProblemKind.Invalid, wrong.Message, where: wrong.Path.Length > 0 ? wrong.Path : "body", inner: wrong);
        }
    }
}
