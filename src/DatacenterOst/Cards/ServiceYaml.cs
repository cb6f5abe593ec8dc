using System.Text.RegularExpressions;
using DatacenterOst.Clinical;
using DatacenterOst.Models;

namespace DatacenterOst.Cards;

/// <summary>Reads one <c>service.yaml</c> and checks what can be known without the model.</summary>
internal static partial class ServiceYaml
{
    /// <exception cref="Problem">Invalid, with file and line.</exception>
    public static CdsService Read(string text, string file, string folder)
    {
        var yaml = YamlMap.Load(text, file);
        var id = yaml.Text("id");
        if (!ServiceId().IsMatch(id)) throw new Problem(ProblemKind.Invalid, "id has small letters, digits, - and . only, so that it can stand in a URL as it is.", yaml.WhereOf("id"));
        if (id != folder) throw new Problem(ProblemKind.Invalid, $"id must be the name of its folder, {folder}.", yaml.WhereOf("id"));

        var hooks = HooksOf(yaml);
        var model = yaml.Map("model");
        var service = new CdsService
        {
            Id = id,
            Hooks = hooks,
            Title = yaml.Text("title"),
            Description = yaml.Text("description"),
            UsageRequirements = yaml.TextIfAny("usageRequirements"),
            Model = new ModelId(model.Text("id")),
            ModelVersion = model.TextIfAny("version"),
            Prefetch = PrefetchOf(yaml, hooks),
            Language = LanguageOf(yaml),
            MaxCards = yaml.NumberIfAny("maxCards", 1, CdsService.MostCards) ?? CdsService.DefaultMaxCards,
            Source = SourceOf(yaml.Map("source")),
            Horizon = LocalIfAny(yaml, "horizon"),
            Values = ValuesOf(yaml.MapIfAny("values")),
            Cards = CardYaml.Read(yaml.Map("cards")),
        };
        model.Close();
        yaml.Close();
        return service;
    }

    public static LocalText? LocalIfAny(YamlMap yaml, string key)
    {
        if (yaml.MapIfAny(key) is not { } texts) return null;
        var local = new LocalText(texts.Text("da"), texts.Text("en"));
        texts.Close();
        return local;
    }

    public static LocalText Local(YamlMap yaml, string key) => LocalIfAny(yaml, key) ?? throw yaml.Invalid($"{key} is needed, in da and en.");

    /// <summary>Links leave the product only over https, and carry nothing of the patient: a URL ends up in logs.</summary>
    public static string HttpsUrl(YamlMap yaml, string url, string key) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme == Uri.UriSchemeHttps && url.AsSpan().IndexOfAny('{', '}') < 0
            ? url
            : throw new Problem(ProblemKind.Invalid, $"{key} must be an absolute https URL without places for values.", yaml.WhereOf(key));

    private static List<HookDefinition> HooksOf(YamlMap yaml)
    {
        var hooks = new List<HookDefinition>();
        foreach (var (name, where) in yaml.Texts("hooks"))
        {
            var hook = Hooks.Find(name) ?? throw new Problem(ProblemKind.Invalid, $"{name} is not a hook of the CDS Hooks library; a hook of your own has a reverse domain name.", where);
            if (hooks.Any(other => other.Name == name)) throw new Problem(ProblemKind.Invalid, $"{name} is named twice: one entry per id and hook.", where);
            hooks.Add(hook);
        }

        return hooks.Count > 0 ? hooks : throw yaml.Invalid("hooks needs at least one hook.");
    }

    private static List<PrefetchTemplate> PrefetchOf(YamlMap yaml, IReadOnlyList<HookDefinition> hooks)
    {
        if (yaml.MapIfAny("prefetch") is not { } prefetch) return [];
        var templates = prefetch.Names().Select(entry => PrefetchTemplate.Lint(entry.Name, prefetch.Text(entry.Name), hooks, entry.Where)).ToList();
        return templates.Count <= HookRequest.MaxPrefetchKeys ? templates : throw prefetch.Invalid($"at most {HookRequest.MaxPrefetchKeys} keys.");
    }

    private static Language LanguageOf(YamlMap yaml) => yaml.TextIfAny("language") switch
    {
        null or "da" => Language.Danish,
        "en" => Language.English,
        _ => throw new Problem(ProblemKind.Invalid, "language is da or en.", yaml.WhereOf("language")),
    };

    private static CardSource SourceOf(YamlMap yaml)
    {
        var url = yaml.TextIfAny("url");
        var topic = yaml.MapIfAny("topic");
        var source = new CardSource(Local(yaml, "label"), url is null ? null : HttpsUrl(yaml, url, "url"), topic is null ? null : TopicOf(topic));
        yaml.Close();
        return source;
    }

    private static CardTopic TopicOf(YamlMap yaml)
    {
        var code = yaml.Text("code");
        if (!TopicCode().IsMatch(code)) throw new Problem(ProblemKind.Invalid, "a topic's code has letters and digits only, at most 100: EHRs hang their overrides on it.", yaml.WhereOf("code"));
        var topic = new CardTopic(new Code(yaml.Text("system"), code), LocalIfAny(yaml, "display"));
        yaml.Close();
        return topic;
    }

    private static Dictionary<string, CardValue> ValuesOf(YamlMap? yaml)
    {
        var values = new Dictionary<string, CardValue>(StringComparer.Ordinal);
        if (yaml is null) return values;
        foreach (var (name, where) in yaml.Names()) values.Add(name, ValueOf(name, yaml.Map(name), where));
        return values;
    }

    private static CardValue ValueOf(string name, YamlMap yaml, string where)
    {
        var rounding = yaml.TextIfAny("rounding") switch
        {
            null or "nearest" => Rounding.Nearest,
            "down" => Rounding.Down,
            _ => throw new Problem(ProblemKind.Invalid, "rounding is nearest or down.", yaml.WhereOf("rounding")),
        };
        var shape = yaml.TextIfAny("format") is { } format
            ? NumberShape.Parse(format, rounding) ?? throw new Problem(ProblemKind.Invalid, "format is 0, 0.0 or 0.##.", yaml.WhereOf("format"))
            : NumberShape.Default with { Rounding = rounding };

        var words = new Dictionary<string, LocalText>(StringComparer.Ordinal);
        if (yaml.MapIfAny("words") is { } spoken)
            foreach (var (word, _) in spoken.Names()) words.Add(word, Local(spoken, word));

        var value = new CardValue(name, Local(yaml, "label"), shape, LocalIfAny(yaml, "unit"), words)
        {
            Series = yaml.NumberIfAny("series", 1, CardValue.MaxSeries) ?? 0,
        };
        yaml.Close();
        return PlaceholderName().IsMatch(name) ? value : throw new Problem(ProblemKind.Invalid, "a value's name has letters, digits, - and _ only.", where);
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.\-]{0,63}\z")]
    private static partial Regex ServiceId();

    [GeneratedRegex(@"\A[A-Za-z0-9]{1,100}\z")]
    private static partial Regex TopicCode();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_-]*\z")]
    private static partial Regex PlaceholderName();
}
