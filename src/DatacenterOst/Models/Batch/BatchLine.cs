using System.Text.Json;
using DatacenterOst.Models.Monitoring;
using DatacenterOst.Store.Models;

namespace DatacenterOst.Models.Batch;

/// <summary>One patient's result of a batch run, as it is written out.</summary>
/// <param name="Patient">The logical id of the Patient.</param>
/// <param name="Basis">FHIR references to what it was made from.</param>
public sealed record BatchLine(string Patient, KeptEstimate Estimate, IReadOnlyList<string> Basis)
{
    public static BatchLine Of(BatchScore score)
    {
        using var json = JsonDocument.Parse(score.Body);
        return new BatchLine(
            json.RootElement.GetProperty("patient").GetString()!, EstimateBody.Read(score.Body),
            [.. json.RootElement.GetProperty("basis").EnumerateArray().Select(reference => reference.GetString()!)]);
    }

    public override string ToString() => nameof(BatchLine);
}
