using DatacenterOst.Clinical;
using DatacenterOst.Features;

namespace DatacenterOst.Models.Training;

/// <summary>What values of one code look like in a cohort, as far as a made-up patient needs it: no value of anybody's own.</summary>
/// <param name="Share">Share of patients who have one.</param>
/// <param name="Low">10th percentile over all patients, to two digits.</param>
/// <param name="High">90th percentile, to two digits.</param>
internal sealed record CodeShape(Concept Concept, double Share, double Low, double High, int Usual);

/// <summary>
/// Made-up patients with the shape of a cohort: which analyses, how many, in which range. Ranges are rounded percentiles over all patients and
/// values are drawn evenly between them, so that no value, time or combination is that of a real one.
/// </summary>
internal sealed class SyntheticStays(IReadOnlyList<CodeShape> shapes, Study study, ulong seed)
{
    /// <summary>Values of one code in one made-up record: a vector is to be read by people.</summary>
    private const int MostValues = 6;

    /// <summary>A code that fewer patients have gives no range that hides them.</summary>
    private const int LeastPatients = 20;

    /// <summary>No model has been made up for this time; any will do that is nobody's.</summary>
    private static readonly DateTimeOffset Begin = new(2020, 3, 2, 0, 0, 0, TimeSpan.Zero);

    public static IReadOnlyList<CodeShape> Shapes(CohortData cohort)
    {
        var byCode = new Dictionary<Code, (Concept Concept, HashSet<long> Patients, HashSet<Fact> Facts)>();
        foreach (var row in cohort.Rows)
        {
            foreach (var fact in row.Vector.Values.SelectMany(value => value.Facts))
            {
                if (!byCode.TryGetValue(fact.Finding.Concept.Code, out var own)) byCode[fact.Finding.Concept.Code] = own = (fact.Finding.Concept, [], []);
                own.Patients.Add(row.Patient.Value);
                if (fact.Finding.Value is not null) own.Facts.Add(fact);
            }
        }

        var all = cohort.Rows.Select(row => row.Patient.Value).Distinct().Count();
        return [.. byCode.Values.Where(own => own.Patients.Count >= LeastPatients && own.Facts.Count > 0)
            .Select(own => Shape(own.Concept, own.Patients.Count, [.. own.Facts.Select(fact => (double)fact.Finding.Value!).Order()], all))
            .OrderBy(shape => shape.Concept.Code.ToString(), StringComparer.Ordinal)];
    }

    private static CodeShape Shape(Concept concept, int patients, double[] sorted, int all)
        => new(concept, (double)patients / all, Round(sorted[sorted.Length / 10]), Round(sorted[sorted.Length - 1 - (sorted.Length / 10)]), Math.Clamp(sorted.Length / patients, 1, MostValues));

    /// <param name="number">Which made-up patient; the seed and the number decide.</param>
    public SyntheticStay Make(int number)
    {
        var draws = SeededDraws.For(seed, number);
        var index = Begin + study.Index.After;
        var born = new DateOnly(2020 - 30 - draws.Below(60), 1 + draws.Below(12), 1 + draws.Below(28));
        var anchors = shapes.Where(shape => study.Index.Anchor.Contains(shape.Concept.Code)).ToArray();
        var findings = new List<Finding>();
        if (anchors.Length > 0) findings.Add(Make(anchors[draws.Below(anchors.Length)].Concept, 1, Begin, Begin, findings.Count));
        foreach (var shape in shapes.Where(shape => !study.Index.Anchor.Contains(shape.Concept.Code)))
        {
            // Some have much measured and some little, so that missing values are tried as well.
            if (draws.Unit() > shape.Share * (number % 3 == 0 ? 0.5 : 1)) continue;
            var count = 1 + draws.Below(shape.Usual);
            for (var i = 0; i < count; i++)
            {
                var value = Round(shape.Low + (draws.Unit() * (shape.High - shape.Low)), 3);
                var at = Begin.AddMinutes(1 + draws.Below((int)study.Index.After.TotalMinutes - 2));
                findings.Add(Make(shape.Concept, (decimal)value, at, at, findings.Count));
            }
        }

        if (findings.Count > 1) findings.Add(Late(findings[^1], index, findings.Count));
        return new SyntheticStay(born, number % 2 == 0 ? Sex.Female : Sex.Male, index, findings);
    }

    // Observed before the index time and known after it: it must change nothing.
    private static Finding Late(Finding like, DateTimeOffset index, int place)
        => Make(like.Concept, like.Value!.Value * 2, index.AddMinutes(-1), index.AddHours(3), place);

    private static Finding Make(Concept concept, decimal value, DateTimeOffset observed, DateTimeOffset known, int place)
        => new(FactKind.Measurement, concept, new Coding(concept.Code), value, Comparator.None, null, null, observed, null, known, FactStatus.Final, FormattableString.Invariant($"event-{place}"), "vectors");

    internal static double Round(double value, int digits = 2)
    {
        if (value == 0 || !double.IsFinite(value)) return 0;
        var power = digits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return power >= 0 ? Math.Round(value, Math.Min(power, 12)) : Math.Round(value / Math.Pow(10, -power)) * Math.Pow(10, -power);
    }
}

internal sealed record SyntheticStay(DateOnly BirthDate, Sex Sex, DateTimeOffset IndexTime, IReadOnlyList<Finding> Findings)
{
    public History History()
    {
        // Keys only have to differ within the record.
        var facts = Findings.Select((finding, i) => new Fact(new PatientId(1), new FactKey((UInt128)i + 1), finding, finding.KnownAt, new SourceRef("vectors", default, "")));
        return new History(new PatientId(1), Demographics.Unknown with { BirthDate = BirthDate, Sex = Sex }, Store.TimelineResolution.Resolve(facts, AsOf.KnownBy(IndexTime)));
    }
}
