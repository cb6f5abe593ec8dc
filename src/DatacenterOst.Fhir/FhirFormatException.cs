namespace DatacenterOst.Fhir;

/// <summary>
/// Bytes that are not a FHIR R4 resource: broken JSON or XML, an element that does not exist, a value that its type does not allow.
/// </summary>
public sealed class FhirFormatException : FormatException
{
    /// <inheritdoc/>
    public FhirFormatException() : this("The input is not FHIR.") { }
    /// <inheritdoc/>
    public FhirFormatException(string message) : base(message) { }
    /// <inheritdoc/>
    public FhirFormatException(string message, Exception innerException) : base(message, innerException) { }
    /// <summary>What is wrong, and the line, column and FHIRPath of the place.</summary>
    public FhirFormatException(string problem, int line, int column, string path)
        : base($"{problem} (line {line}, column {column}{(path.Length == 0 ? "" : $", at {path}")})") =>
        (Problem, Line, Column, Path) = (problem, line, column, path);

    /// <summary>What is wrong and what to do, without the place.</summary>
    public string Problem { get; } = "";

    /// <summary>Line in the input, from 1; 0 where it is not known.</summary>
    public int Line { get; }

    /// <summary>Column in the line, in characters from 1; 0 where it is not known.</summary>
    public int Column { get; }

    /// <summary>The place as FHIRPath, "Observation.component[1].value"; empty where there is none.</summary>
    public string Path { get; } = "";
}
