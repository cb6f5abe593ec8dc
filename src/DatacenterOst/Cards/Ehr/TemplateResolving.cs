using System.Text.Json;
using System.Text.RegularExpressions;

namespace DatacenterOst.Cards.Ehr;

/// <summary>A prefetch template with the values of one call in it, as the client would have resolved it.</summary>
public static partial class TemplateResolving
{
    /// <returns>Relative to the FHIR server; null when a token has no value in this context, and nothing is then asked.</returns>
    public static string? Resolve(string template, HookContext context, DateOnly today)
    {
        var isWhole = true;
        var resolved = Token().Replace(template, token =>
        {
            if ((ValueOf(token.Groups["name"].Value, context) ?? TemplatePath.Day(token.Groups["name"].Value, today)) is { Length: > 0 } value) return Uri.EscapeDataString(value);
            isWhole = false;
            return "";
        });
        return isWhole ? Escaped(resolved) : null;
    }

    // What stands in the template itself is a URL already, but for the bar of system|code, which strict servers refuse bare.
    private static string Escaped(string query) => query.Replace("|", "%7C", StringComparison.Ordinal);

    private static string? ValueOf(string name, HookContext context) => name switch
    {
        "userPractitionerId" => UserOf("Practitioner/", context),
        "userPractitionerRoleId" => UserOf("PractitionerRole/", context),
        "userPatientId" => UserOf("Patient/", context),
        "userRelatedPersonId" => UserOf("RelatedPerson/", context),
        "context.patientId" => context.PatientId,
        _ when name.StartsWith("context.", StringComparison.Ordinal) && context.Fields.TryGetProperty(name["context.".Length..], out var field) => field.ValueKind switch
        {
            JsonValueKind.String => field.GetString(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => field.GetRawText(),
            _ => null,
        },
        _ => null,
    };

    private static string? UserOf(string type, HookContext context) =>
        context.UserId is { } user && user.StartsWith(type, StringComparison.Ordinal) ? user[type.Length..] : null;

    [GeneratedRegex(@"\{\{(?<name>[^{}]+)\}\}")]
    private static partial Regex Token();
}
