using System.Globalization;

namespace DatacenterOst.Fhir;

/// <summary>A FHIRPath expression that cannot be parsed, or that has no meaning for the data it met.</summary>
public sealed class FhirPathException : Exception
{
    /// <inheritdoc/>
    public FhirPathException() { }
    /// <inheritdoc/>
    public FhirPathException(string message) : base(message) { }
    /// <inheritdoc/>
    public FhirPathException(string message, Exception innerException) : base(message, innerException) { }
    /// <summary>What is wrong, and the character of the expression from 0.</summary>
    public FhirPathException(string problem, int position)
        : base(string.Create(CultureInfo.InvariantCulture, $"{problem} (character {position + 1})")) => Position = position;

    /// <summary>The character of the expression, from 0.</summary>
    public int Position { get; }
}
