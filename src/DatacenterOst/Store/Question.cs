using System.Data.Common;

namespace DatacenterOst.Store;

/// <summary>A short query of the hot path that goes to the store together with others.</summary>
internal sealed class Question
{
    private readonly Action<DbDataReader> take;
    private readonly Action restart;

    private Question(string text, Action<DbCommand> fill, Action<DbDataReader> take, Action restart)
    {
        Text = text;
        Fill = fill;
        this.take = take;
        this.restart = restart;
    }

    public string Text { get; }

    /// <summary>Adds the parameters.</summary>
    public Action<DbCommand> Fill { get; }

    /// <param name="rows">Filled when the question was answered.</param>
    public static Question Of<T>(string text, Action<DbCommand> fill, Func<DbDataReader, T> read, out List<T> rows)
    {
        var found = rows = [];
        return new Question(text, fill, row => found.Add(read(row)), found.Clear);
    }

    public static Question Of(string text, Action<DbCommand> fill, Action<DbDataReader> take, Action restart) => new(text, fill, take, restart);

    /// <summary>Takes one row of the answer.</summary>
    public void Take(DbDataReader row) => take(row);

    /// <summary>Forgets what was taken, since it is asked again.</summary>
    public void Restart() => restart();
}
