using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DatacenterOst.Fhir.Paths;

/// <summary>String functions (FHIRPath N1, 5.6, with encode, escape, trim, split and join of the R4 additions).</summary>
internal static class TextFunctions
{
    // A pattern that takes longer than this on one text is refused; expressions come from profiles of strangers.
    private static readonly TimeSpan PatternTime = TimeSpan.FromMilliseconds(250);
    private const int MaxPatterns = 1000;
    private static readonly ConcurrentDictionary<(string, bool), Regex> Patterns = new();

    public static IEnumerable<FunctionEntry> All { get; } =
    [
        On("length", static s => PathValue.Of(s.Length)),
        On("upper", static s => PathValue.Of(s.ToUpperInvariant())),
        On("lower", static s => PathValue.Of(s.ToLowerInvariant())),
        On("trim", static s => PathValue.Of(s.Trim())),
        On("indexOf", static (s, a) => PathValue.Of(s.IndexOf(a, StringComparison.Ordinal))),
        On("lastIndexOf", static (s, a) => PathValue.Of(s.LastIndexOf(a, StringComparison.Ordinal))),
        On("startsWith", static (s, a) => PathValue.Of(s.StartsWith(a, StringComparison.Ordinal))),
        On("endsWith", static (s, a) => PathValue.Of(s.EndsWith(a, StringComparison.Ordinal))),
        On("contains", static (s, a) => PathValue.Of(s.Contains(a, StringComparison.Ordinal))),
        On("matches", static (s, a) => PathValue.Of(Pattern(a, false).IsMatch(s))),
        On("matchesFull", static (s, a) => PathValue.Of(Pattern(a, true).IsMatch(s))),
        On("encode", Encode), On("decode", Decode), On("escape", Escape), On("unescape", Unescape),
        new("substring", 1, 2, Substring), new("replace", 2, 2, Replace), new("replaceMatches", 2, 2, Replace),
        new("toChars", 0, 0, ToChars), new("split", 1, 1, Split), new("join", 0, 1, Join),
    ];

    private static FunctionEntry On(string name, Func<string, PathValue> apply) => new(name, 0, 0, (Evaluation run, PathNode node, in Scope scope, int start) =>
    {
        if (Input(run, node, start) is { } text) run.Return(start, apply(text));
        else run.Drop(start);
    });

    private static FunctionEntry On(string name, Func<string, string, PathValue> apply) => new(name, 1, 1, (Evaluation run, PathNode node, in Scope scope, int start) =>
    {
        var text = Input(run, node, start);
        var argument = run.Text(node.Arguments[0], scope);
        if (text is null || argument is null) run.Drop(start);
        else run.Return(start, Guarded(node, text, argument, apply));
    });

    private static PathValue Guarded(PathNode node, string text, string argument, Func<string, string, PathValue> apply)
    {
        try
        {
            return apply(text, argument);
        }
        catch (RegexMatchTimeoutException)
        {
            throw new FhirPathException("The pattern takes too long on this text", node.Position);
        }
        catch (ArgumentException e)
        {
            throw new FhirPathException($"'{argument}' cannot be used by {node.Name}(): {e.Message}", node.Position);
        }
    }

    /// <summary>The one text that the function works on; null for an empty collection.</summary>
    private static string? Input(Evaluation run, PathNode node, int start)
    {
        var value = run.Single(start, node).ToSystem();
        return value.Kind switch
        {
            PathKind.None => null,
            PathKind.String => value.Text,
            _ => throw new FhirPathException($"{node.Name}() works on a text, not on a {Operators.Name(value)}", node.Position),
        };
    }

    private static Regex Pattern(string pattern, bool full)
    {
        if (Patterns.TryGetValue((pattern, full), out var regex)) return regex;
        regex = new Regex(full ? $"^(?:{pattern})$" : pattern, RegexOptions.Singleline | RegexOptions.CultureInvariant, PatternTime);
        if (Patterns.Count < MaxPatterns) Patterns.TryAdd((pattern, full), regex);
        return regex;
    }

    private static void Substring(Evaluation run, PathNode node, in Scope scope, int start)
    {
        var text = Input(run, node, start);
        var from = run.Integer(node.Arguments[0], scope);
        var length = node.Arguments.Length == 2 ? run.Integer(node.Arguments[1], scope) ?? int.MaxValue : int.MaxValue;
        if (text is null || from is not { } at || at < 0 || at >= text.Length) run.Drop(start);
        else run.Return(start, PathValue.Of(text.Substring(at, Math.Clamp(length, 0, text.Length - at))));
    }

    private static void Replace(Evaluation run, PathNode node, in Scope scope, int start)
    {
        var text = Input(run, node, start);
        var pattern = run.Text(node.Arguments[0], scope);
        var with = run.Text(node.Arguments[1], scope);
        if (text is null || pattern is null || with is null) { run.Drop(start); return; }
        run.Return(start, Guarded(node, text, pattern, (s, p) => PathValue.Of(
            node.Name == "replaceMatches" ? p.Length == 0 ? s : Pattern(p, false).Replace(s, with)
            : p.Length > 0 ? s.Replace(p, with, StringComparison.Ordinal)
            : with + string.Concat(s.Select(c => c + with)))));
    }

    private static void ToChars(Evaluation run, PathNode node, in Scope scope, int start)
    {
        var text = Input(run, node, start);
        run.Drop(start);
        foreach (var c in text ?? "") run.Push(PathValue.Of(c.ToString()));
    }

    private static void Split(Evaluation run, PathNode node, in Scope scope, int start)
    {
        var text = Input(run, node, start);
        var separator = run.Text(node.Arguments[0], scope);
        run.Drop(start);
        if (text is null || separator is null) return;
        foreach (var part in text.Split(separator)) run.Push(PathValue.Of(part));
    }

    private static void Join(Evaluation run, PathNode node, in Scope scope, int start)
    {
        var separator = node.Arguments.Length == 1 ? run.Text(node.Arguments[0], scope) ?? "" : "";
        var texts = new List<string>();
        foreach (var value in run.From(start))
        {
            var system = value.ToSystem();
            if (system.Kind == PathKind.None) continue;
            if (system.Kind != PathKind.String) throw new FhirPathException($"join() works on texts, not on a {Operators.Name(system)}", node.Position);
            texts.Add(system.Text);
        }
        run.Return(start, texts.Count == 0 ? default : PathValue.Of(string.Join(separator, texts)));
    }

    private static PathValue Encode(string text, string format) => format switch
    {
        "hex" => PathValue.Of(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text))),
        "base64" => PathValue.Of(Convert.ToBase64String(Encoding.UTF8.GetBytes(text))),
        "urlbase64" => PathValue.Of(Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).Replace('+', '-').Replace('/', '_')),
        _ => default,
    };

    private static PathValue Decode(string text, string format)
    {
        try
        {
            return format switch
            {
                "hex" => PathValue.Of(Encoding.UTF8.GetString(Convert.FromHexString(text))),
                "base64" => PathValue.Of(Encoding.UTF8.GetString(Convert.FromBase64String(text))),
                "urlbase64" => PathValue.Of(Encoding.UTF8.GetString(Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/')))),
                _ => default,
            };
        }
        catch (FormatException)
        {
            return default;
        }
    }

    private static PathValue Escape(string text, string format) => format switch
    {
        "html" => PathValue.Of(text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal)),
        "json" => PathValue.Of(JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString()),
        _ => default,
    };

    private static PathValue Unescape(string text, string format)
    {
        if (format == "html") return PathValue.Of(WebUtility.HtmlDecode(text));
        if (format != "json") return default;
        try
        {
            using var json = JsonDocument.Parse($"\"{text}\"");
            return PathValue.Of(json.RootElement.GetString()!);
        }
        // A text that is unescaped already has bare quotation marks, which JSON does not allow.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return PathValue.Of(text.Replace("\\\"", "\"", StringComparison.Ordinal));
        }
    }
}
