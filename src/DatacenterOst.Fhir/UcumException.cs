namespace DatacenterOst.Fhir;

/// <summary>A unit that UCUM does not know, or a conversion that has no meaning; the message says what to write instead.</summary>
public sealed class UcumException : Exception
{
    /// <inheritdoc/>
    public UcumException() { }
    /// <inheritdoc/>
    public UcumException(string message) : base(message) { }
    /// <inheritdoc/>
    public UcumException(string message, Exception innerException) : base(message, innerException) { }
}
