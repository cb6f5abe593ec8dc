using DatacenterOst.Server.Fhir;

namespace DatacenterOst.Server.Transactions;

/// <summary><c>POST /</c> with a Bundle of type batch or transaction (FHIR R4 http.html#transaction).</summary>
public static class BundleInteraction
{
    public static async Task<FhirAnswer> Answer(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        var bundle = BundleReading.Read(request.Body);
        var answers = bundle.Type == "transaction"
            ? await Transaction.Run(bundle, request, centre, cancellationToken)
            : await Batch.Run(bundle, request, centre, cancellationToken);
        return FhirAnswer.Of(output => ResponseBundle.Write(output, request.Base, bundle.Type + "-response", answers));
    }
}
