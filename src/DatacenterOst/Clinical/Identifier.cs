namespace DatacenterOst.Clinical;

/// <summary>A business identifier of a patient (FHIR Identifier): the system says who issued it.</summary>
public sealed record Identifier(string System, string Value);
