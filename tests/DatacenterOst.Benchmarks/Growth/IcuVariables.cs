namespace DatacenterOst.Benchmarks.Growth;

/// <summary>A variable of the set as an Observation: LOINC code, words, UCUM unit, and the category that FHIR gives it.</summary>
/// <param name="Factor">From the set's unit to the UCUM unit.</param>
public sealed record IcuVariable(string Name, string Loinc, string Display, string Unit, string Category, double Factor = 1);

/// <summary>
/// The variables of the PhysioNet/Computing in Cardiology Challenge 2012. Names and units: the challenge's own list
/// (physionet.org/content/challenge-2012/1.0.0, "Variables"; mEq/L of Na, K and HCO3 is mmol/L, cells/nL is 10*3/uL, IU is U). Codes:
/// loinc.org, pressures by their way of measurement. Left out is MechVent, which is no quantity, and what describes the stay.
/// </summary>
public static class IcuVariables
{
    private const string Laboratory = "laboratory";
    private const string Vital = "vital-signs";

    public const string HeartRate = "8867-4";
    public const string Creatinine = "2160-0";

    public static readonly IReadOnlyDictionary<string, IcuVariable> All = new IcuVariable[]
    {
        new("Albumin", "1751-7", "Albumin [Mass/volume] in Serum or Plasma", "g/dL", Laboratory),
        new("ALP", "6768-6", "Alkaline phosphatase [Enzymatic activity/volume] in Serum or Plasma", "U/L", Laboratory),
        new("ALT", "1742-6", "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma", "U/L", Laboratory),
        new("AST", "1920-8", "Aspartate aminotransferase [Enzymatic activity/volume] in Serum or Plasma", "U/L", Laboratory),
        new("Bilirubin", "1975-2", "Bilirubin.total [Mass/volume] in Serum or Plasma", "mg/dL", Laboratory),
        new("BUN", "3094-0", "Urea nitrogen [Mass/volume] in Serum or Plasma", "mg/dL", Laboratory),
        new("Cholesterol", "2093-3", "Cholesterol [Mass/volume] in Serum or Plasma", "mg/dL", Laboratory),
        new("Creatinine", Creatinine, "Creatinine [Mass/volume] in Serum or Plasma", "mg/dL", Laboratory),
        new("DiasABP", "76213-8", "Invasive Diastolic blood pressure", "mm[Hg]", Vital),
        new("FiO2", "3150-6", "Inhaled oxygen concentration", "%", Vital, Factor: 100),
        new("GCS", "9269-2", "Glasgow coma score total", "{score}", Vital),
        new("Glucose", "2345-7", "Glucose [Mass/volume] in Serum or Plasma", "mg/dL", Laboratory),
        new("HCO3", "1963-8", "Bicarbonate [Moles/volume] in Serum or Plasma", "mmol/L", Laboratory),
        new("HCT", "20570-8", "Hematocrit [Volume Fraction] of Blood", "%", Laboratory),
        new("HR", HeartRate, "Heart rate", "/min", Vital),
        new("K", "2823-3", "Potassium [Moles/volume] in Serum or Plasma", "mmol/L", Laboratory),
        new("Lactate", "2524-7", "Lactate [Moles/volume] in Serum or Plasma", "mmol/L", Laboratory),
        new("MAP", "76214-6", "Invasive Mean blood pressure", "mm[Hg]", Vital),
        new("Mg", "2601-3", "Magnesium [Moles/volume] in Serum or Plasma", "mmol/L", Laboratory),
        new("Na", "2951-2", "Sodium [Moles/volume] in Serum or Plasma", "mmol/L", Laboratory),
        new("NIDiasABP", "76535-4", "Diastolic blood pressure by Noninvasive", "mm[Hg]", Vital),
        new("NIMAP", "76536-2", "Mean blood pressure by Noninvasive", "mm[Hg]", Vital),
        new("NISysABP", "76534-7", "Systolic blood pressure by Noninvasive", "mm[Hg]", Vital),
        new("PaCO2", "2019-8", "Carbon dioxide [Partial pressure] in Arterial blood", "mm[Hg]", Laboratory),
        new("PaO2", "2703-7", "Oxygen [Partial pressure] in Arterial blood", "mm[Hg]", Laboratory),
        new("pH", "2744-1", "pH of Arterial blood", "[pH]", Laboratory),
        new("Platelets", "777-3", "Platelets [#/volume] in Blood by Automated count", "10*3/uL", Laboratory),
        new("RespRate", "9279-1", "Respiratory rate", "/min", Vital),
        new("SaO2", "2708-6", "Oxygen saturation in Arterial blood", "%", Vital),
        new("SysABP", "76215-3", "Invasive Systolic blood pressure", "mm[Hg]", Vital),
        new("Temp", "8310-5", "Body temperature", "Cel", Vital),
        new("TroponinI", "10839-9", "Troponin I.cardiac [Mass/volume] in Serum or Plasma", "ug/L", Laboratory),
        new("TroponinT", "6598-7", "Troponin T.cardiac [Mass/volume] in Serum or Plasma", "ug/L", Laboratory),
        new("Urine", "9187-6", "Urine output", "mL", Vital),
        new("WBC", "6690-2", "Leukocytes [#/volume] in Blood by Automated count", "10*3/uL", Laboratory),
        new("Weight", "29463-7", "Body weight", "kg", Vital),
        new("Height", "8302-2", "Body height", "cm", Vital),
    }.ToDictionary(variable => variable.Name, StringComparer.Ordinal);
}
