namespace DatacenterOst.Fhir.Validation;

/// <summary>Rules of bundles that the invariants of Bundle do not say (FHIR R4, 2.36).</summary>
internal static class BundleRules
{
    public static void Check(ValidationRun run, Element bundle)
    {
        var type = bundle["type"].AsString();
        foreach (var entry in bundle.Children("entry"))
        {
            var (url, resource) = (entry["fullUrl"].AsString(), entry["resource"]);
            if (url is null || !resource.Exists || url.StartsWith("urn:", StringComparison.Ordinal) || resource["id"].AsString() is not { } id) continue;
            if (type is not ("transaction" or "batch") && !url.EndsWith($"/{id}", StringComparison.Ordinal))
                run.Add(IssueSeverity.Error, "value", entry["fullUrl"], $"The fullUrl ends otherwise than the resource's id '{id}'; make them agree");
        }
        if (type == "document" && bundle["entry"]["resource"] is { Exists: true, TypeName: not "Composition" } first)
            run.Add(IssueSeverity.Error, "structure", first, "The first entry of a document must be a Composition");
        if (type == "message" && bundle["entry"]["resource"] is { Exists: true, TypeName: not "MessageHeader" } header)
            run.Add(IssueSeverity.Error, "structure", header, "The first entry of a message must be a MessageHeader");
    }
}
