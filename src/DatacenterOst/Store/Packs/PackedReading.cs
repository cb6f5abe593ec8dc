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
    private int packs;

    public List<Fact> Facts { get; } = [];

    /// <summary>Facts that came as rows.</summary>
    public int Rows { get; private set; }

    /// <summary>More came than a read may have; how many more nobody knows.</summary>
    public bool IsTooMuch => Facts.Count > TimelineQuery.MaxFacts || Rows + packs > TimelineQuery.MaxFacts;

    /// <summary>A pack has other bytes than it should have.</summary>
    public bool IsBroken { get; private set; }

    public void Take(DbDataReader row)
    {
        if (row.IsDBNull(Body))
        {
            TakeRow(row);
            return;
        }

        packs++;
        if (IsTooMuch || IsBroken) return;
        var concept = row.GetInt32(0);
        packed.Clear();
        if (!FactPack.TryRead(row.Bytes(Body), row.GetInt32(1), (row.GetInt64(10), row.GetInt64(11)), packed))
        {
            IsBroken = true;
            return;
        }

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
        (Rows, packs, IsBroken) = (0, 0, false);
    }
}
