using Microsoft.Extensions.Logging;

namespace DatacenterOst.Server.Http;

/// <summary>
/// Patient data never reaches a log, whatever an operator configures. The framework writes paths and query strings – logical ids,
/// civil registration numbers, names – at Information and below (Hosting, Routing, StaticFiles, Kestrel's bad requests), and its
/// scopes carry the path as well. Only our own categories may therefore be turned up; all others say warnings and errors.
/// </summary>
public static class QuietLogs
{
    private static readonly string[] MayBeTurnedUp = ["DatacenterOst.", "Microsoft.Hosting.Lifetime", "dost"];

    public static void AddQuietLogs(this IServiceCollection services) => services.PostConfigure<LoggerFilterOptions>(Quieten);

    public static bool MaySay(string? category, LogLevel level)
        => level >= LogLevel.Warning || MayBeTurnedUp.Any(own => category?.StartsWith(own, StringComparison.Ordinal) == true);

    // Every rule gets the condition, since the most specific rule wins alone: a rule of ours beside the operator's would lose
    // to one for a longer category or for a single provider.
    private static void Quieten(LoggerFilterOptions options)
    {
        options.CaptureScopes = false;
        var asConfigured = options.Rules.ToList();
        options.Rules.Clear();
        options.Rules.Add(new LoggerFilterRule(null, null, options.MinLevel, (_, category, level) => MaySay(category, level)));
        foreach (var rule in asConfigured)
            options.Rules.Add(new LoggerFilterRule(
                rule.ProviderName, rule.CategoryName, rule.LogLevel,
                (provider, category, level) => MaySay(category, level) && (rule.Filter?.Invoke(provider, category, level) ?? true)));
    }
}
