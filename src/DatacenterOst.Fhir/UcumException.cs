namespace DatacenterOst.Fhir;

/// <summary>A unit that UCUM does not know, or a conversion that has no meaning; the message says what to write instead.</summary>
public sealed class UcumException : Exception
{
    public UcumException() { }
    public UcumException(string message) : base(message) { }
    public UcumException(string message, Exception innerException) : base(message, innerException) { }
}
