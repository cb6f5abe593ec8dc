namespace DatacenterOst.Fhir;

/// <summary>A patch that cannot be applied; the message says which operation and why. Nothing has been changed.</summary>
public sealed class FhirPatchException : Exception
{
    public FhirPatchException() { }
    public FhirPatchException(string message) : base(message) { }
    public FhirPatchException(string message, Exception innerException) : base(message, innerException) { }
}
