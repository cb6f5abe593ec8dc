using System.Buffers;
using System.Text.Json;

namespace DatacenterOst.Fhir.Validation;

/// <summary>Issues as an OperationOutcome (FHIR R4, 2.41).</summary>
internal static class Outcomes
{
    public static Resource Of(IReadOnlyList<ValidationIssue> issues)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("resourceType", "OperationOutcome");
            writer.WriteStartArray("issue");
            if (issues.Count == 0) Write(writer, new ValidationIssue(IssueSeverity.Information, "informational", "", 0, "No issues were found"));
            foreach (var issue in issues) Write(writer, issue);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return Resource.ParseJson(buffer.WrittenMemory.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, ValidationIssue issue)
    {
        writer.WriteStartObject();
        writer.WriteString("severity", issue.Severity switch { IssueSeverity.Error => "error", IssueSeverity.Warning => "warning", _ => "information" });
        writer.WriteString("code", issue.Code);
        writer.WriteString("diagnostics", issue.Rule.Length > 0 ? $"{issue.Message} [{issue.Rule}]" : issue.Message);
        if (issue.Path.Length > 0)
        {
            writer.WriteStartArray("expression");
            writer.WriteStringValue(issue.Path);
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }
}
