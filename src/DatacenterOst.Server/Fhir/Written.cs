using DatacenterOst.Server.Http;
using DatacenterOst.Store;

namespace DatacenterOst.Server.Fhir;

/// <summary>What a write answers, by the caller's preference (FHIR R4 http.html#ops): the resource where nothing is said.</summary>
public static class Written
{
    public static FhirAnswer Answer(FhirRequest request, ResourceWritten written)
    {
        // What comes back after a deletion is created again (FHIR R4 http.html#update).
        var status = written.IsCreated ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        return Answer(request, status, written.Resource, Issues(written));
    }

    /// <summary>A conditional create that found what it would have made.</summary>
    public static FhirAnswer AlreadyThere(FhirRequest request, StoredResource existing)
        => Answer(request, StatusCodes.Status200OK, existing, [new OutcomeIssue("information", "informational", $"{existing.Type}/{existing.Id} meets the condition already; nothing was created.")]);

    private static FhirAnswer Answer(FhirRequest request, int status, StoredResource stored, IReadOnlyList<OutcomeIssue> issues)
    {
        var answer = request.Prefer.Return switch
        {
            ReturnPreference.Minimal => new FhirAnswer(status),
            ReturnPreference.Outcome => new FhirAnswer(status) { Body = output => Outcome.Write(output, issues), IsOutcome = true },
            _ => FhirAnswer.Of(status, stored, Selection.Whole),
        };
        return answer with { About = stored, HasLocation = true };
    }

    // A resource is kept even where no fact could be taken from it; the caller learns why here.
    private static List<OutcomeIssue> Issues(ResourceWritten written)
    {
        var what = written.State == ItemState.Unchanged ? "is unchanged" : written.IsCreated ? "was created" : "was updated";
        var issues = new List<OutcomeIssue> { new("information", "informational", $"{written.Resource.Type}/{written.Resource.Id} {what}.") };
        issues.AddRange(written.Rejections.Select(rejection => new OutcomeIssue("warning", "processing", rejection.Message, rejection.Place)));
        return issues;
    }
}
