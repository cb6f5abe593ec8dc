using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>What becomes of a batch when a part of it cannot be stored.</summary>
/// <param name="extent">Whole: all of it or nothing, as a FHIR transaction asks.</param>
internal sealed class IntakeRules(WholeOrParts extent)
{
    public static readonly IntakeRules EachByItself = new(WholeOrParts.Parts);
    public static readonly IntakeRules AllOrNothing = new(WholeOrParts.Whole);

    public WholeOrParts Extent { get; } = extent;

    /// <exception cref="Problem">Of a whole, the first part that cannot be stored.</exception>
    public void Check(IReadOnlyList<RecordInHand> records)
    {
        if (Extent == WholeOrParts.Parts)
        {
            return;
        }

        for (var number = 0; number < records.Count; number++)
        {
            if (records[number].Items[0].Objection is { } objection)
            {
                throw new Problem(objection.Kind, objection.Message, where: string.Create(System.Globalization.CultureInfo.InvariantCulture, $"entry[{number}]"));
            }
        }
    }
}

internal enum WholeOrParts
{
    Whole,
    Parts,
}
