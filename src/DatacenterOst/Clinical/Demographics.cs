namespace DatacenterOst.Clinical;

/// <summary>FHIR administrative-gender.</summary>
public enum Sex : byte
{
    Unknown = 0,
    Female = 1,
    Male = 2,
    Other = 3,
}

/// <summary>What is known of who the patient is, as far as models and identity checks need it.</summary>
public sealed record Demographics(string? FamilyName, string? GivenNames, DateOnly? BirthDate, Sex Sex)
{
    public static readonly Demographics Unknown = new(null, null, null, Sex.Unknown);
}
