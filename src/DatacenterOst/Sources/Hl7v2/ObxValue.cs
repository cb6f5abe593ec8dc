using DatacenterOst.Clinical;

namespace DatacenterOst.Sources.Hl7v2;

/// <summary>One repetition of OBX-5, by the type that OBX-2 says.</summary>
internal sealed record ObxValue(string? Value, string? Comparator = null, string? Unit = null)
{
    public IReadOnlyList<Coding> Answers { get; init; } = [];

    /// <summary>All values of an OBX; null when its type holds no result that is read here.</summary>
    public static IReadOnlyList<ObxValue>? All(Segment obx, Sender sender)
    {
        var field = obx[5];
        var type = obx[2].Value?.ToUpperInvariant() ?? "";
        if (field.IsEmpty)
            return [new ObxValue(Value: null)];
        // Repetitions of text are its lines; of everything else they are results of their own.
        if (type is "ST" or "TX" or "FT" or "")
            return [new ObxValue(Lines(field))];
        return Reader(type) is { } read ? [.. field.Repetitions.Select(r => read(r, sender))] : null;
    }

    private static Func<Field, Sender, ObxValue>? Reader(string type) => type switch
    {
        "NM" or "SI" or "IS" or "ID" => (field, _) => new ObxValue(field.Value),
        "SN" => (field, _) => Structured(field),
        "CE" or "CWE" or "CNE" or "CF" => (field, sender) => new ObxValue(CodedElement.Words(field)) { Answers = CodedElement.Codings(field, sender) },
        "CQ" => (field, _) => new ObxValue(field.At(1), Unit: field.At(2)),
        "DT" or "TM" or "TS" or "DTM" => (field, _) => new ObxValue(field.At(1)),
        "NR" or "DR" => (field, _) => new ObxValue($"{field.At(1)}-{field.At(2)}"),
        _ => null,
    };

    /// <summary>SN: comparator, number, separator, number: <c>&gt;^100</c>, <c>^1^:^128</c>, <c>^5^-^10</c>, <c>^2^+</c>.</summary>
    private static ObxValue Structured(Field field)
    {
        var comparator = field.At(1);
        var text = string.Concat(field.At(2), field.At(3), field.At(4));
        return new ObxValue(text.Length == 0 ? null : text, comparator == "=" ? null : comparator);
    }

    private static string? Lines(Field field)
    {
        var text = string.Join('\n', field.Repetitions.Select(r => r.Value));
        return text.Trim().Length == 0 ? null : text;
    }
}
