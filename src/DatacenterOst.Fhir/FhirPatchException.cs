namespace DatacenterOst.Fhir;

/// <summary>A patch that cannot be applied; the message says which operation and why. Nothing has been changed.</summary>
public sealed class FhirPatchException : Exception
{
    /// <inheritdoc/>
    public FhirPatchException() { }
    /// <inheritdoc/>
    public FhirPatchException(string message) : base(message) { }
    /// <inheritdoc/>
    public FhirPatchException(string message, Exception innerException) : base(message, innerException) { }
}
