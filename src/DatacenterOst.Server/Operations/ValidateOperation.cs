using System.Buffers;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Server.Fhir;
using DatacenterOst.Server.Http;

namespace DatacenterOst.Server.Operations;

/// <summary>
/// <c>$validate</c> (FHIR R4 resource-operation-validate.html): of a resource that is sent, or of one that is stored. What is found
/// wrong is the answer, not an error: the status is 200 whenever the question could be answered.
/// </summary>
public static class ValidateOperation
{
    private static readonly string[] Modes = ["create", "update", "delete", "profile"];

    public static async Task<FhirAnswer> Answer(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        var type = request.KnownType();
        if (Unreadable(request) is { } issue)
            return FhirAnswer.Of(output => Outcome.Write(output, issue));
        var parameters = OperationParameters.Of(request).Require("validate", "resource", "mode", "profile");
        var mode = parameters.One("mode");
        if (mode is not null && !Modes.Contains(mode))
            throw new Problem(ProblemKind.Invalid, "mode is create, update, delete or profile.", where: "mode");
        if (mode == "delete")
            return await ForDelete(request, centre, cancellationToken);
        var sent = parameters.Resource("resource") ?? parameters.Body;
        var resource = sent ?? (request.Id.Length > 0
            ? FhirWriting.Parse(ResourceJson.Bytes(await ReadInteraction.Existing(request with { Query = [] }, centre, cancellationToken)))
            : throw new Problem(ProblemKind.Invalid, "There is nothing to validate: send a resource, or Parameters with one as 'resource'.", where: "resource"));
        var profiles = parameters.All("profile");
        if (mode == "profile" && profiles.Count == 0)
            throw new Problem(ProblemKind.Invalid, "mode=profile needs the address of a profile.", where: "profile");
        var issues = AgainstAddress(request, resource, type, sent is null ? null : mode);
        var validator = new Validator { Profiles = await centre.Profiles.Current(cancellationToken) };
        issues.AddRange(validator.Validate(resource, profiles));
        return FhirAnswer.Of(Validator.ToOperationOutcome(issues).Source);
    }

    // What cannot be read is what the caller wants to know, so it is an answer here.
    private static OutcomeIssue? Unreadable(FhirRequest request)
    {
        if (request.Body.IsEmpty)
            return null;
        try
        {
            Resource.ParseJson(request.Body);
            return null;
        }
        catch (FhirFormatException wrong)
        {
            return new OutcomeIssue("error", "structure", wrong.Message, wrong.Path);
        }
    }

    private static async Task<FhirAnswer> ForDelete(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        if (request.Id.Length == 0)
            throw new Problem(ProblemKind.Invalid, "mode=delete is asked of a resource: Type/id/$validate.", where: "mode");
        await ReadInteraction.Existing(request with { Query = [] }, centre, cancellationToken);
        return FhirAnswer.Of(output => Outcome.Write(output, new OutcomeIssue("information", "informational", "It may be deleted.")));
    }

    private static List<ValidationIssue> AgainstAddress(FhirRequest request, Resource resource, string type, string? mode)
    {
        var issues = new List<ValidationIssue>();
        if (resource.TypeName != type)
            issues.Add(new ValidationIssue(IssueSeverity.Error, "invalid", resource.TypeName, 1, $"This address takes {type}; the resource is {resource.TypeName}."));
        if (mode == "update" && request.Id.Length > 0 && resource.Id != request.Id)
            issues.Add(new ValidationIssue(IssueSeverity.Error, "value", $"{type}.id", 1, "An update carries the id of the address."));
        if (mode == "update" && request.Id.Length == 0 && resource.Id is null)
            issues.Add(new ValidationIssue(IssueSeverity.Error, "required", $"{type}.id", 1, "An update carries the id of the resource."));
        if (mode == "create" && resource.Id is not null)
            issues.Add(new ValidationIssue(IssueSeverity.Information, "informational", $"{type}.id", 1, "The server gives the id of what is created; this one will be ignored."));
        return issues;
    }
}
