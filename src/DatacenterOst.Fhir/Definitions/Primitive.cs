namespace DatacenterOst.Fhir.Definitions;

/// <summary>The primitive types of FHIR R4 (datatypes, 2.24.0.1); the names are HL7's.</summary>
internal enum Primitive
{
    None, Boolean, Integer, UnsignedInt, PositiveInt, Decimal, String, Markdown, Code, Id, Uri, Url, Canonical, Oid, Uuid,
    Base64Binary, Date, DateTime, Instant, Time, Xhtml,
}
