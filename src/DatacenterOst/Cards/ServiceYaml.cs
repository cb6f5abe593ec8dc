using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models;

namespace DatacenterOst.Cards;

/// <summary>Reads one <c>service.yaml</c>. Everything wrong in it is reported with its line, not only the first thing.</summary>
internal static partial class ServiceYaml
{
    /// <returns>A service that holds only when no problem was reported; null when it is not YAML at all.</returns>
    public static CdsService? Read(string text, string folder, PackageProblems problems)
    {
        if (YamlFile.Read(text, CdsServices.FileName, problems) is not { } yaml) return null;
        var id = yaml.Required("id");
        if (!ServiceId().IsMatch(id)) yaml.Report("id", "has small letters, digits, - and . only, so that it can stand in a URL as it is");
        else if (id != folder) yaml.Report("id", $"must be the name of its folder, {folder}");

        var hooks = HooksOf(yaml);
        var prefetch = PrefetchOf(yaml, hooks);
        var keys = prefetch.ConvertAll(template => template.Key);
        var model = Section(yaml, "model");
        var service = new CdsService
        {
            Id = id,
            Hooks = hooks,
            Title = yaml.Required("title"),
            Description = yaml.Required("description"),
            UsageRequirements = yaml.Optional("usageRequirements"),
            Model = new ModelId(model?.Required("id") ?? ""),
            ModelVersion = model?.Optional("version"),
            Prefetch = prefetch,
            Prefetch3 = Prefetch3Of(yaml, hooks, keys),
            Optional = OptionalOf(yaml, keys),
            Language = yaml.Choice<ContentLanguage>("language") == ContentLanguage.En ? Language.English : Language.Danish,
            MaxCards = Whole(yaml, "maxCards", CdsService.MostCards) ?? CdsService.DefaultMaxCards,
            Source = SourceOf(Section(yaml, "source")),
            Horizon = yaml.Has("horizon") ? LocalText.Read(yaml, "horizon") : null,
            Values = ValuesOf(yaml.Map("values")),
            Cards = CardYaml.Read(Section(yaml, "cards")),
            Budget = yaml.Whole("budget", CdsService.LeastBudget, CdsService.MostBudget) is { } budget ? TimeSpan.FromMilliseconds(budget) : null,
            Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
        };
        service = service with { Silence = SilenceRules.Read(yaml.Map("silence"), service.Cards.Keys) };
        yaml.Finish();
        return service;
    }

    /// <summary>What a check of its own throws becomes a problem of this key.</summary>
    public static TChecked? Checked<TChecked>(YamlMap yaml, string key, Func<TChecked> read)
        where TChecked : class
    {
        try
        {
            return read();
        }
        catch (Problem problem)
        {
            yaml.Report(key, problem.Message);
            return null;
        }
    }

    /// <summary>Links leave the product only over https, and carry nothing of the patient: a URL ends up in logs.</summary>
    public static string HttpsUrl(YamlMap yaml, string key, string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme != Uri.UriSchemeHttps || url.AsSpan().IndexOfAny('{', '}') >= 0)
            yaml.Report(key, "must be an absolute https URL without places for values");
        return url;
    }

    private static List<HookDefinition> HooksOf(YamlMap yaml)
    {
        var hooks = new List<HookDefinition>();
        foreach (var name in yaml.Texts("hooks"))
        {
            if (Hooks.Find(name) is not { } hook)
                yaml.Report("hooks", $"names {name}, which is not a hook of the CDS Hooks library; a hook of your own has a reverse domain name");
            else if (hooks.Any(other => other.Name == name))
                yaml.Report("hooks", $"names {name} twice; there is one entry per id and hook");
            else
                hooks.Add(hook);
        }

        if (yaml.Texts("hooks").Count == 0) yaml.Report("hooks", "needs at least one hook");
        return hooks;
    }

    private static List<PrefetchTemplate> PrefetchOf(YamlMap yaml, List<HookDefinition> hooks)
    {
        var templates = new List<PrefetchTemplate>();
        if (yaml.Map("prefetch") is not { } prefetch) return templates;
        foreach (var key in prefetch.Keys())
            if (Checked(prefetch, key, () => PrefetchTemplate.Lint(key, prefetch.Required(key), hooks)) is { } template) templates.Add(template);
        if (templates.Count > HookRequest.MaxPrefetchKeys) prefetch.Report($"has more than {HookRequest.MaxPrefetchKeys} keys");
        return templates;
    }

    private static Dictionary<string, string> Prefetch3Of(YamlMap yaml, List<HookDefinition> hooks, List<string> known)
    {
        var queries = new Dictionary<string, string>(StringComparer.Ordinal);
        if (yaml.Map("prefetch3") is not { } prefetch) return queries;
        foreach (var key in prefetch.Keys())
        {
            if (!known.Contains(key)) prefetch.Report(key, "is not a key of 'prefetch'; it says the same query in the words of 3.0");
            var earlier = known.TakeWhile(other => other != key).ToList();
            queries[key] = Checked(prefetch, key, () =>
            {
                TemplatePath.Lint(prefetch.Required(key), earlier, hooks);
                return prefetch.Required(key);
            }) ?? "";
        }

        return queries;
    }

    private static Dictionary<string, LocalText> OptionalOf(YamlMap yaml, List<string> known)
    {
        var optional = new Dictionary<string, LocalText>(StringComparer.Ordinal);
        if (yaml.Map("optional") is not { } keys) return optional;
        foreach (var key in keys.Keys())
        {
            if (!known.Contains(key)) keys.Report(key, "is not a prefetch key of this service");
            optional[key] = LocalText.Read(keys, key);
        }

        return optional;
    }

    private static CardSource SourceOf(YamlMap? yaml)
    {
        if (yaml is null) return new CardSource(new LocalText("", ""), null, null);
        var url = yaml.Optional("url");
        return new CardSource(LocalText.Read(yaml, "label"), url is null ? null : HttpsUrl(yaml, "url", url), TopicOf(yaml.Map("topic")));
    }

    private static CardTopic? TopicOf(YamlMap? yaml)
    {
        if (yaml is null) return null;
        var code = yaml.Required("code");
        if (!TopicCode().IsMatch(code)) yaml.Report("code", "of a topic has letters and digits only, at most 100: EHRs hang their overrides on it");
        return new CardTopic(new Code(yaml.Required("system"), code), yaml.Has("display") ? LocalText.Read(yaml, "display") : null);
    }

    private static Dictionary<string, CardValue> ValuesOf(YamlMap? yaml)
    {
        var values = new Dictionary<string, CardValue>(StringComparer.Ordinal);
        if (yaml is null) return values;
        foreach (var name in yaml.Keys())
            if (yaml.Map(name) is { } value) values[name] = ValueOf(name, value);
        return values;
    }

    private static CardValue ValueOf(string name, YamlMap yaml)
    {
        var rounding = yaml.Choice<Rounding>("rounding") ?? Rounding.Nearest;
        var shape = NumberShape.Default with { Rounding = rounding };
        if (yaml.Optional("format") is { } format)
        {
            if (NumberShape.Parse(format, rounding) is { } read) shape = read;
            else yaml.Report("format", "is 0, 0.0, 0.##, +0 or 0.0%");
        }

        var words = new Dictionary<string, LocalText>(StringComparer.Ordinal);
        if (yaml.Map("words") is { } spoken)
            foreach (var word in spoken.Keys()) words[word] = LocalText.Read(spoken, word);

        return new CardValue(name, yaml.Has("label") ? LocalText.Read(yaml, "label") : null, shape, yaml.Has("unit") ? LocalText.Read(yaml, "unit") : null, words)
        {
            Points = yaml.Optional("points"),
            Series = Whole(yaml, "series", CardValue.MaxSeries) ?? 0,
        };
    }

    private static YamlMap? Section(YamlMap yaml, string key)
    {
        if (!yaml.Has(key)) yaml.Report($"'{key}' is missing");
        return yaml.Map(key);
    }

    private static int? Whole(YamlMap yaml, string key, int most)
    {
        if (yaml.Number(key) is not { } number) return null;
        if (number >= 1 && number <= most && number == decimal.Truncate(number)) return (int)number;
        yaml.Report(key, $"must be a whole number from 1 to {most}");
        return null;
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.\-]{0,63}\z")]
    private static partial Regex ServiceId();

    [GeneratedRegex(@"\A[A-Za-z0-9]{1,100}\z")]
    private static partial Regex TopicCode();

    private enum ContentLanguage
    {
        Da,
        En,
    }
}
