namespace DatacenterOst.Fhir;

public sealed class Resource;
