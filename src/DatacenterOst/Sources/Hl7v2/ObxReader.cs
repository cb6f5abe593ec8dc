using System.Globalization;
using DatacenterOst.Clinical;

namespace DatacenterOst.Sources.Hl7v2;

/// <summary>One OBX with the order and specimen that it stands under → an item (HL7 v2.8 chapter 7.4.2).</summary>
internal sealed class ObxReader(Sender sender)
{
    /// <summary>OBX-11, the status, is required: a segment that ends before it was cut or broken.</summary>
    private const int StatusField = 11;

    /// <summary>Repetitions of OBX-5 that become results; more is not a result but a file.</summary>
    private const int MaxRepetitions = 1000;

    private readonly Dictionary<string, int> seen = new(StringComparer.Ordinal);

    public RawItem Read(Segment obx, Order order, int number, string message)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{message}, OBX[{number}]");
        if (obx.EndsOpen && obx.LastField < StatusField)
            return Unread.Item(place, RejectionReasons.Truncated, "the file ends within this segment, so its value may not be whole. Send it again.");
        if (obx.Broken && obx.LastField < StatusField)
            return Unread.Item(place, RejectionReasons.Unreadable, "a line break stands within a field of this segment; send it as \\.br\\");
        var values = ObxValue.All(obx, sender);
        if (values is null)
            return Unread.Item(place, RejectionReasons.NotSupported, $"results of the type {Shown(obx[2])} (OBX-2) are not read; send NM, SN, ST, TX, FT, CE, CWE, CNE or a date");
        if (values.Count > MaxRepetitions)
            return Unread.Item(place, RejectionReasons.NotSupported, $"OBX-5 has more than {MaxRepetitions} repetitions");
        var status = obx[StatusField].Value;
        var first = Fact(obx, order, status) with { Place = string.Create(CultureInfo.InvariantCulture, $"OBX[{number}]") };
        if (obx[5].IsEmpty && status?.ToUpperInvariant() is ("X" or "N" or "I" or "O") and var none)
        {
            var item = Unread.Item(place, RejectionReasons.NotResulted, $"there is no result: OBX-11 is {status}");

            // X after a preliminary value: the fact goes along, so that the value no longer holds.
            return none == "X" ? item with { Facts = [first] } : item;
        }

        return new RawItem { Place = place, Facts = [.. values.Select((v, i) => WithValue(first, v, i))] };
    }

    private RawFact Fact(Segment obx, Order order, string? status)
    {
        var codings = CodedElement.Codings(obx[3], sender);
        return new RawFact
        {
            Kind = FactKind.Measurement,
            Codings = codings,
            Unit = obx[6].At(1) ?? obx[6].At(2),
            Comparator = Flag(obx),
            ObservedAt = Time(obx[14].At(1) ?? order.Request?[7].At(1) ?? order.Collected),
            KnownAt = Time(KnownAt(order, status)),
            Status = status,
            ResultId = ResultId(obx, order, codings, status),
        };
    }

    // OBR-22 of a correction often still says when the first report came out. Nobody knew the new value before the message
    // that brings it was sent.
    private string? KnownAt(Order order, string? status) => status?.ToUpperInvariant() is "C" or "D" or "W"
        ? sender.SentAt ?? order.Request?[22].At(1)
        : order.Request?[22].At(1) ?? sender.SentAt;

    private static RawFact WithValue(RawFact fact, ObxValue value, int repetition) => fact with
    {
        Value = value.Value,
        Comparator = value.Comparator ?? fact.Comparator,
        Unit = value.Unit ?? fact.Unit,
        Answers = value.Answers,
        ResultId = repetition == 0 || fact.ResultId is null ? fact.ResultId : string.Create(CultureInfo.InvariantCulture, $"{fact.ResultId}~{repetition + 1}"),
        Place = repetition == 0 ? fact.Place : string.Create(CultureInfo.InvariantCulture, $"{fact.Place}.5[{repetition + 1}]"),
    };

    /// <summary>Table 0078 in OBX-8: the number sent is the limit of the instrument, and the true value lies beyond it.</summary>
    private static string? Flag(Segment obx) =>
        obx[8].Repetitions.Select(r => r.At(1)).FirstOrDefault(f => f is "<" or ">");

    /// <summary>
    /// The laboratory's number of the order, the test and its sub-id. A test that is there twice without a sub-id is two
    /// results, unless the second is said to correct or withdraw the first.
    /// </summary>
    private string? ResultId(Segment obx, Order order, IReadOnlyList<Coding> codings, string? status)
    {
        if (order.Number is not { } number || codings.Count == 0)
            return null;
        var id = $"{sender.Name}|{number}|{codings[0].Code}|{obx[4].Value}";
        if (status?.ToUpperInvariant() is "C" or "D" or "W")
            return id;
        seen[id] = seen.GetValueOrDefault(id) + 1;
        return seen[id] == 1 ? id : string.Create(CultureInfo.InvariantCulture, $"{id}#{seen[id]}");
    }

    private RawTime? Time(string? text) => text is null ? null : new RawTime(text, TimeFormat.Hl7v2, sender.Profile.Zone);

    /// <summary>A type is a short word; anything longer could be anything, and is not repeated.</summary>
    private static string Shown(Field type) => type.Value is { Length: <= 3 } name ? name : "given";
}
