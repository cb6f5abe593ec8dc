namespace DatacenterOst.Clinical;

/// <summary>
/// The store's own key of a patient: leads every key of patient data and never leaves the product.
/// The id that others see is the logical id of the Patient resource.
/// </summary>
public readonly record struct PatientId(long Value)
{
    /// <summary>Data that no patient could be found for (rejected records, resources outside the patient compartment).</summary>
    public static readonly PatientId None = new(0);

    public bool IsNone => Value == 0;
}
