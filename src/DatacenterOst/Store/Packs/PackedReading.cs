using System.Data.Common;
using System.Runtime.InteropServices;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store.Packs;

/// <summary>Reads facts of which some come in packs. Of those it keeps what was asked for: the part that rows are left out of in SQL.</summary>
internal sealed class PackedReading(FactReading reading, TimelineQuery query, AsOf asOf)
{
    /// <summary>The column with the bytes of a pack; null in the row of a fact.</summary>
    public const int Body = 15;

    private readonly long from = Instants.Micros(query.ObservedFrom);
    private readonly long to = Instants.Micros(query.ObservedTo);
    private readonly long known = Instants.Micros(asOf.Known);
    private readonly long stored = Instants.Micros(asOf.Stored);
    private readonly List<FactCells> packed = [];

    public List<Fact> Facts { get; } = [];

    /// <summary>Facts that came as rows.</summary>
    public int Rows { get; private set; }

    public void Take(DbDataReader row)
    {
        if (row.IsDBNull(Body))
        {
            TakeRow(row);
            return;
        }

        var concept = row.GetInt32(0);
        packed.Clear();
        FactPack.Read(row.Bytes(Body), packed);
        foreach (ref readonly var cells in CollectionsMarshal.AsSpan(packed))
        {
            if (cells.Observed >= from && cells.Observed <= to && cells.Known <= known && cells.Stored <= stored) Facts.Add(reading.Read(concept, cells));
        }
    }

    public void TakeRow(DbDataReader row)
    {
        Facts.Add(reading.Read(row));
        Rows++;
    }

    public void Restart()
    {
        Facts.Clear();
        Rows = 0;
    }
}
