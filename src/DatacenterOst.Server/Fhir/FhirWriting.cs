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
    public static Resource Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return Resource.ParseJson(body);
        }
        catch (FhirFormatException wrong)
        {
            throw new Problem(ProblemKind.Invalid, wrong.Message, where: wrong.Path.Length > 0 ? wrong.Path : "body", inner: wrong);
        }
    }

    public NormalRecord Record(ReadOnlyMemory<byte> body)
    {
        var resource = Parse(body);
        var content = FhirFacts.Of(resource, Profile.Zone, resource.Id);
        var item = new RawItem { Place = resource.TypeName, Resource = resource, Facts = content.Facts, Problem = content.Problem };
        return normaliser.Normalise(new RawRecord(body, resource.TypeName, content.Patient, [item]), time.GetUtcNow());
    }
}
