using System.Globalization;
using DatacenterOst.Clinical;

namespace DatacenterOst.Sources.Hl7v2;

/// <summary>What an order says for the results below it: OBR, else ORC, and the specimens.</summary>
internal sealed class Order
{
    public Segment? Common { get; init; }

    public Segment? Request { get; set; }

    public List<(Segment Obx, int Number)> Results { get; } = [];

    /// <summary>SPM-17, start of collection, of the first specimen that has it; it may stand behind the results.</summary>
    public string? Collected { get; set; }

    /// <summary>The laboratory's number (filler), else the ward's (placer), marked as what it is.</summary>
    public string? Number => Entity("f", 3) ?? Entity("p", 2);

    private string? Entity(string mark, int field)
    {
        var entity = Request is { } obr && !obr[field].IsEmpty ? obr[field] : Common?[field];
        return entity is { } e && e.At(1) is { } id ? $"{mark}:{id}^{e.At(2) ?? e.At(3)}" : null;
    }
}

/// <summary>ORU^R01 → one record per patient, one item per OBX (HL7 v2.8 chapter 7.3.1).</summary>
internal sealed class OruReader(SourceProfile profile)
{
    private sealed record Group(Segment? Pid)
    {
        public List<Order> Orders { get; } = [];
    }

    public IReadOnlyList<RawRecord> Read(Message message, ReadOnlyMemory<byte> bytes, string place)
    {
        var sender = new Sender(message.Header, profile);
        var groups = Groups(message);
        if (!IsOru(message.Header))
            return [Unread.Record(bytes, place, RejectionReasons.NotSupported, $"messages of the type {TypeOf(message.Header)} (MSH-9) are not read; send ORU^R01", Patient(groups[0], sender))];
        var obx = new ObxReader(sender);
        var records = groups.Select(g => Record(g, sender, obx, bytes, place)).ToList();
        if (message.Stray.Count > 0)
            records[0] = records[0] with { Items = [.. records[0].Items, .. message.Stray.Select(s => StrayItem(s, place))] };
        return records;
    }

    private static RawRecord Record(Group group, Sender sender, ObxReader reader, ReadOnlyMemory<byte> bytes, string place)
    {
        var items = group.Orders.SelectMany(o => o.Results.Select(r => reader.Read(r.Obx, o, r.Number, place))).ToList();
        if (group.Pid is { EndsOpen: true, LastField: < 5 })
            return Unread.Record(bytes, place, RejectionReasons.Truncated, "the file ends within PID, so the patient is not known for certain. Send it again.");
        var patient = Patient(group, sender);
        if (patient is not null)
            return new RawRecord(bytes, place, patient, items);
        var missing = group.Pid is null ? "there is no PID segment before the results" : "PID-3 has no identifier of a patient";
        var rejected = items.Select(i => Unread.Item(i.Place, RejectionReasons.PatientMissing, missing)).ToList();
        return new RawRecord(bytes, place, null, rejected.Count > 0 ? rejected : [Unread.Item(place, RejectionReasons.PatientMissing, missing)]);
    }

    private static RawPatient? Patient(Group group, Sender sender) => group.Pid is { } pid ? PidReader.Read(pid, sender) : null;

    private static List<Group> Groups(Message message)
    {
        var groups = new List<Group> { new(Pid: null) };
        var number = 0;
        foreach (var segment in message.Segments)
        {
            var orders = groups[^1].Orders;
            switch (segment.Name)
            {
                case "PID":
                    groups.Add(new Group(segment));
                    break;
                case "ORC":
                    orders.Add(new Order { Common = segment });
                    break;
                case "OBR" when orders.Count > 0 && orders[^1] is { Request: null, Common: not null, Results.Count: 0 } order:
                    order.Request = segment;
                    break;
                case "OBR":
                    orders.Add(new Order { Request = segment });
                    break;
                case "OBX":
                    OpenOrder(orders).Results.Add((segment, ++number));
                    break;
                case "SPM":
                    OpenOrder(orders).Collected ??= segment[17].At(1);
                    break;
            }
        }
        if (groups.Count > 1 && groups[0].Orders.Count == 0)
            groups.RemoveAt(0);
        return groups;
    }

    /// <summary>Results that stand right below PID belong to no order.</summary>
    private static Order OpenOrder(List<Order> orders)
    {
        if (orders.Count == 0)
            orders.Add(new Order());
        return orders[^1];
    }

    /// <summary>R30 to R32 are the point-of-care results, built alike.</summary>
    private static bool IsOru(Segment header) => header[9].At(1) == "ORU" && header[9].At(2) is ("R01" or "R30" or "R31" or "R32");

    private static string TypeOf(Segment header)
    {
        var type = $"{header[9].At(1)}^{header[9].At(2)}";
        return type.Length is > 1 and <= 15 ? type : "that it names";
    }

    private static RawItem StrayItem(StrayLine line, string place) => Unread.Item(
        string.Create(CultureInfo.InvariantCulture, $"{place}, line {line.Number}"),
        RejectionReasons.Unreadable,
        $"the line that begins with '{line.Start}' is no segment: a segment begins with its three-letter name and the field separator of MSH-1, and a line break within a field is sent as \\.br\\");
}
