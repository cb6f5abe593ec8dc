namespace DatacenterOst.Fhir;

/// <summary>A search, or the definition of a search parameter, that cannot be understood: what is wrong and what to write instead.</summary>
public sealed class SearchException : FormatException
{
    /// <inheritdoc/>
    public SearchException() : this("The search is not understood.") { }

    /// <inheritdoc/>
    public SearchException(string message) : base(message) { }

    /// <inheritdoc/>
    public SearchException(string message, Exception innerException) : base(message, innerException) { }

    /// <summary>What is wrong and what to do, and the parameter as it was written.</summary>
    public SearchException(string message, string parameter) : base(message) => Parameter = parameter;

    /// <summary>The parameter as it was written, "birthdate:exact"; for a definition the element, "SearchParameter.expression".</summary>
    public string Parameter { get; } = "";
}
