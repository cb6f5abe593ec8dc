namespace DatacenterOst.Clinical;

/// <summary>The URIs of the code and identifier systems that the product knows by name.</summary>
public static class CodeSystems
{
    public const string Loinc = "http://loinc.org";
    public const string Npu = "http://npu-terminology.org";
    public const string Ucum = "http://unitsofmeasure.org";
    public const string Snomed = "http://snomed.info/sct";
    public const string Atc = "http://www.whocc.no/atc";
    public const string RxNorm = "http://www.nlm.nih.gov/research/umls/rxnorm";
    public const string Sks = "urn:oid:1.2.208.176.2.4";
    public const string Icd10 = "http://hl7.org/fhir/sid/icd-10";

    /// <summary>Danish civil registration number (CPR), DDMMYYSSSS.</summary>
    public const string Cpr = "urn:oid:1.2.208.176.1.2";
}
