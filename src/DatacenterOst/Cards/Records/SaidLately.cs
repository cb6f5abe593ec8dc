using DatacenterOst.Store.Answers;

namespace DatacenterOst.Cards.Records;

/// <summary>
/// A guess at which charts this process answered lately: for those it is looked up first what was said; for the others the store looks it up
/// while it keeps the answer. A wrong guess costs a trip to the store, and changes no answer.
/// </summary>
internal sealed class SaidLately
{
    /// <summary>Charts that are remembered, at 8 bytes; a later one takes the place of an earlier.</summary>
    private const int Places = 1 << 16;

    private readonly long[] noted = new long[Places];

    public bool MayHave(RecentQuery query)
    {
        var mark = MarkOf(query);
        return Volatile.Read(ref noted[PlaceOf(mark)]) == mark;
    }

    public void Note(RecentQuery query)
    {
        var mark = MarkOf(query);
        Volatile.Write(ref noted[PlaceOf(mark)], mark);
    }

    private static int PlaceOf(long mark) => (int)(mark & (Places - 1));

    private static long MarkOf(RecentQuery query)
    {
        var (here, away) = (new HashCode(), new HashCode());
        here.Add(query.Subject);
        here.Add(query.OfUserAlone ? query.User : 0);
        away.Add(query.Service, StringComparer.Ordinal);
        away.Add(query.Client, StringComparer.Ordinal);
        away.Add(here.ToHashCode());
        return ((long)here.ToHashCode() << 32) | (uint)away.ToHashCode() | 1;
    }
}
