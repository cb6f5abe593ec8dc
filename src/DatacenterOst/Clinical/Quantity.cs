namespace DatacenterOst.Clinical;

/// <summary>A number with its UCUM unit.</summary>
public readonly record struct Quantity(decimal Value, string Unit);

/// <summary>How the stored number bounds the true one (FHIR Quantity.comparator; HL7 v2 SN.1).</summary>
public enum Comparator : byte
{
    None = 0,
    LessThan = 1,
    LessOrEqual = 2,
    GreaterOrEqual = 3,
    GreaterThan = 4,
}

/// <summary>A result in words, brought to the four categories that models and rules can use.</summary>
public enum ResultCategory : byte
{
    Positive = 1,
    Negative = 2,
    Inconclusive = 3,
    NotDetected = 4,
}
