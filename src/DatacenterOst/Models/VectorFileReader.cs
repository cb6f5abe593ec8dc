using System.Text.Json;
using System.Text.Json.Serialization;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Terminology;

namespace DatacenterOst.Models;

/// <summary>Reads vectors.jsonl: one JSON object a line; empty lines are allowed.</summary>
internal static class VectorFileReader
{
    /// <summary>Vectors run at every load, so a file of them stays small.</summary>
    public const long MaxBytes = 32 << 20;

    public const int MaxVectors = 10_000;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public static IReadOnlyList<TestVector> Read(string text, string file, Func<string, ConceptEntry?> concepts, PackageProblems problems)
    {
        var vectors = new List<TestVector>();
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (line.IsWhiteSpace()) continue;
            if (vectors.Count == MaxVectors)
            {
                problems.Add(file, number, $"a package has {MaxVectors} vectors at most");
                break;
            }

            try
            {
                if (JsonSerializer.Deserialize<VectorLine>(line, Options) is { } written && Vector(written, number, file, concepts, problems) is { } vector)
                    vectors.Add(vector);
            }
            catch (JsonException wrong)
            {
                problems.Add(file, number, $"cannot be read: {wrong.Message}");
            }
        }

        if (vectors.Count == 0 && problems.None) problems.Add(file, 0, "has no vectors; a package without them does not load");
        return vectors;
    }

    private static TestVector? Vector(VectorLine written, int number, string file, Func<string, ConceptEntry?> concepts, PackageProblems problems)
    {
        var facts = new List<Fact>(written.Events.Count);
        foreach (var happened in written.Events)
        {
            if (Concept(happened, concepts, out var wrong) is { } concept && Finding(happened, concept, facts.Count, ref wrong) is { } finding)
            {
                // Keys only have to differ within the vector.
                facts.Add(new Fact(new PatientId(1), new FactKey((UInt128)facts.Count + 1), finding, finding.KnownAt, new SourceRef("vectors", default, "")));
                continue;
            }

            problems.Add(file, number, $"'{written.Name}', event {facts.Count + 1}: {wrong}");
            return null;
        }

        if (written.Expect is { Score.ValueKind: JsonValueKind.Undefined, Conclusions: null, Abstains: null, Margin: null, Probability: null })
        {
            problems.Add(file, number, $"'{written.Name}' expects neither score, margin, probability, conclusions nor abstains; state at least one result");
            return null;
        }

        var patient = Demographics.Unknown with { BirthDate = written.Patient?.BirthDate, Sex = written.Patient?.Sex ?? Sex.Unknown };
        return new TestVector(number, written.Name, written.AsOf, patient, facts, written.Expect, written.Tolerance ?? 1e-9);
    }

    private static Concept? Concept(VectorEvent happened, Func<string, ConceptEntry?> concepts, out string wrong)
    {
        wrong = "";
        if (happened.Code is { } code)
        {
            if (CodeText.Parse(code) is { } parsed && parsed.Value[^1] != '*') return new Concept(parsed, happened.Unit ?? "", "");
            wrong = $"'{code}' is not {CodeText.Expected}, without a star";
            return null;
        }

        if (happened.Concept is not { } key || concepts(key) is not { } entry)
        {
            wrong = happened.Concept is null ? "needs 'concept' or 'code'" : $"concept '{happened.Concept}' is not in the terminology";
            return null;
        }

        if (happened.Value is null || happened.Unit == entry.Concept.Unit) return entry.Concept;
        wrong = $"values of '{key}' are in '{entry.Concept.Unit}', not in '{happened.Unit}'";
        return null;
    }

    private static Finding? Finding(VectorEvent happened, Concept concept, int place, ref string wrong)
    {
        if (Bound(happened.Comparator) is not { } comparator)
        {
            wrong = $"comparator '{happened.Comparator}' is not one of <, <=, >, >=";
            return null;
        }

        if (Category(happened.Category, out var category) is false)
        {
            wrong = $"category '{happened.Category}' is not one of positive, negative, inconclusive, not-detected";
            return null;
        }

        return new Finding(
            happened.Kind ?? FactKind.Measurement, concept, new Coding(concept.Code), happened.Value, comparator, category, happened.Text,
            happened.Observed, happened.Ended, happened.Known ?? happened.Observed, happened.Status ?? FactStatus.Final,
            happened.Result ?? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"event-{place}"), "vectors");
    }

    private static Comparator? Bound(string? text) => text switch
    {
        null => Comparator.None,
        "<" => Comparator.LessThan,
        "<=" => Comparator.LessOrEqual,
        ">" => Comparator.GreaterThan,
        ">=" => Comparator.GreaterOrEqual,
        _ => null,
    };

    private static bool Category(string? text, out ResultCategory? category)
    {
        category = text switch
        {
            "positive" => ResultCategory.Positive,
            "negative" => ResultCategory.Negative,
            "inconclusive" => ResultCategory.Inconclusive,
            "not-detected" => ResultCategory.NotDetected,
            _ => null,
        };
        return text is null || category is not null;
    }
}
