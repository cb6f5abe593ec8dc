using System.Text.Json;
using DatacenterOst.Clinical;

namespace DatacenterOst.Cards;

/// <summary>
/// The right to read from the EHR during this one call (CDS Hooks 2.0.1, Passing the Access Token). It lives as long as the
/// request object does; its text form never shows the token.
/// </summary>
/// <param name="ExpiresIn">Seconds.</param>
/// <param name="Patient">The only patient that the token is good for, where the EHR says so.</param>
public sealed record FhirAuthorization(string AccessToken, string Scope, string Subject, long ExpiresIn, string? Patient)
{
    public override string ToString() => $"{nameof(FhirAuthorization)} for {ExpiresIn} s";

    internal static FhirAuthorization Read(JsonElement authorization, RequestRules rules, List<string> notes)
    {
        const string where = "fhirAuthorization";
        if (authorization.ValueKind != JsonValueKind.Object) throw Invalid("fhirAuthorization must be an object.", where);

        if (Text(authorization, "token_type", rules) is { } type && !type.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            throw Invalid("token_type must be Bearer.", $"{where}.token_type");

        return new FhirAuthorization(
            Text(authorization, "access_token", RequestRules.Strict)!,
            Text(authorization, "scope", rules) ?? "",
            Text(authorization, "subject", rules) ?? "",
            Seconds(authorization, rules, notes),
            authorization.TryGetProperty("patient", out _) ? Text(authorization, "patient", RequestRules.Strict) : null);
    }

    private static string? Text(JsonElement authorization, string name, RequestRules rules)
    {
        if (authorization.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text)
            return text;
        return rules.Strictness == Strictness.Lenient
            ? null
            : throw Invalid($"fhirAuthorization needs {name} as a string.", $"fhirAuthorization.{name}");
    }

    private static long Seconds(JsonElement authorization, RequestRules rules, List<string> notes)
    {
        if (authorization.TryGetProperty("expires_in", out var value))
        {
            if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds) && seconds > 0) return seconds;
            if (rules.Strictness == Strictness.Lenient && value.ValueKind == JsonValueKind.String
                && long.TryParse(value.GetString(), System.Globalization.CultureInfo.InvariantCulture, out seconds) && seconds > 0)
            {
                notes.Add("fhirAuthorization.expires_in was a string");
                return seconds;
            }
        }
        else if (rules.Strictness == Strictness.Lenient)
        {
            notes.Add("fhirAuthorization.expires_in was missing");
            return 0;
        }

        throw Invalid("fhirAuthorization needs expires_in as a whole number of seconds.", $"fhirAuthorization.expires_in");
    }

    private static Problem Invalid(string message, string where) => new(ProblemKind.Invalid, message, where);
}
