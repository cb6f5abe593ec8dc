using DatacenterOst.Clinical;

namespace DatacenterOst.Sources.Hl7v2;

/// <summary>CE, CWE and CNE: a code, up to two alternates for the same thing, and the original words.</summary>
internal static class CodedElement
{
    /// <summary>First component of each triplet and the component with the OID of its code system (HL7 v2.8 chapter 2A.2.13).</summary>
    private static readonly (int First, int Oid)[] Triplets = [(1, 14), (4, 17), (10, 20)];

    public static IReadOnlyList<Coding> Codings(Field field, Sender sender)
    {
        var codings = new List<Coding>(1);
        foreach (var (first, oid) in Triplets)
        {
            var display = field.At(first + 1);
            // A sender without codes sends words alone; as a local code they can be mapped like any other.
            if ((field.At(first) ?? display) is { } code)
                codings.Add(new Coding(new Code(sender.CodeSystem(field.At(first + 2), field.At(oid)), code), display ?? field.At(9)));
        }
        return codings;
    }

    /// <summary>The answer in words: original text, else display, else the code itself.</summary>
    public static string? Words(Field field) => field.At(9) ?? field.At(2) ?? field.At(5) ?? field.At(1) ?? field.At(4);
}
