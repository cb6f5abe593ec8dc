namespace DatacenterOst.Sources.Fhir;
public sealed class FhirSource(SourceProfile profile) : ISource
{
    public string Id => profile.Id;
    public IAsyncEnumerable<RawRecord> Read(Stream input, CancellationToken cancellationToken) => throw new NotSupportedException();
}
