using System.Data.Common;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>
/// Numbers for the words that facts repeat: concepts, codes as sources write them, profiles, rules. A number, once
/// given, keeps its meaning, so what is found once is remembered.
/// </summary>
internal sealed class Vocabulary(IStoreDialect dialect)
{
    public Words<Concept> Concepts { get; } = new(
        dialect, new WordTable("concept", "system, code, unit, display", "system, code, unit"),
        concept => [concept.Code.System, concept.Code.Value, concept.Unit, concept.Display],
        row => new Concept(new Code(row.GetString(1), row.GetString(2)), row.GetString(3), row.GetString(4)));

    public Words<Coding> Codes { get; } = new(
        dialect, new WordTable("code", "system, code, display", "system, code, display"),
        coding => [coding.Code.System, coding.Code.Value, coding.Display ?? ""],
        row => new Coding(new Code(row.GetString(1), row.GetString(2)), row.GetString(3) is { Length: > 0 } display ? display : null));

    public Words<string> Profiles { get; } = new(dialect, new WordTable("profile", "name", "name"), name => [name], row => row.GetString(1));

    public Words<string> Rules { get; } = new(dialect, new WordTable("rule", "name", "name"), name => [name], row => row.GetString(1));

    /// <summary>Names that answers and feedback repeat: services, hooks, clients, models, wards, what was said, reasons.</summary>
    public Words<string> Labels { get; } = new(dialect, new WordTable("label", "name", "name"), name => [name], row => row.GetString(1));

    /// <summary>Numbers all that these findings of a source repeat.</summary>
    public async Task Number(string profile, IReadOnlyCollection<Finding> findings, CancellationToken cancellationToken)
    {
        await Profiles.Number([profile], cancellationToken);
        await Concepts.Number([.. findings.Select(finding => finding.Concept)], cancellationToken);
        await Codes.Number([.. findings.Select(finding => finding.Coding)], cancellationToken);
        await Rules.Number([.. findings.Select(finding => finding.Rule)], cancellationToken);
    }
}

/// <param name="Columns">All columns but the number; those of <paramref name="Key"/> tell two words apart.</param>
internal sealed record WordTable(string Name, string Columns, string Key);

/// <summary>One table of numbered words.</summary>
internal sealed class Words<T>(
    IStoreDialect dialect, WordTable table, Func<T, string[]> values, Func<DbDataReader, T> read)
    where T : class
{
    /// <summary>Words that are remembered as new.</summary>
    private const int MaxRemembered = 200_000;

    private readonly Remembered<T, int> numbers = new(MaxRemembered);
    private readonly Remembered<int, T> words = new(MaxRemembered);

    public int NumberOf(T word) => numbers.TryGet(word, out var number) ? number : throw new InvalidOperationException($"A word of {table.Name} was not numbered.");

    public T Word(int number) => Find(number) ?? throw new InvalidOperationException($"A word of {table.Name} was not loaded.");

    /// <summary>The word of a number; null where it is not known here and has to be loaded.</summary>
    public T? Find(int number) => words.TryGet(number, out var word) ? word : null;

    /// <summary>
    /// Gives every word a number. New words are committed at once, before the facts that use them; only then may anybody use the number,
    /// for one that is taken back would leave facts without a meaning. Whoever brings the same words adds them in the same order.
    /// </summary>
    public async Task Number(IReadOnlyCollection<T> wanted, CancellationToken cancellationToken)
    {
        var unknown = wanted.Where(word => !numbers.TryGet(word, out _)).Distinct().OrderBy(word => string.Join('\0', values(word)), StringComparer.Ordinal).ToList();
        if (unknown.Count == 0)
        {
            return;
        }

        var found = new List<(T Word, int Number)>(unknown.Count);
        await using var transaction = await dialect.Begin(cancellationToken);
        foreach (var word in unknown)
        {
            found.Add((word, await Find(transaction, word, cancellationToken) ?? await Insert(transaction, word, cancellationToken)));
        }

        await transaction.Commit(cancellationToken);
        found.ForEach(word => numbers.Add(word.Word, word.Number));
    }

    /// <summary>Makes sure that the words of these numbers can be read.</summary>
    public async Task Load(IEnumerable<int> wanted, CancellationToken cancellationToken)
    {
        var unknown = wanted.Where(number => Find(number) is null).Distinct().ToList();
        if (unknown.Count == 0)
        {
            return;
        }

        await using var connection = await dialect.Open(cancellationToken);
        foreach (var number in unknown)
        {
            var found = await connection
                .Command($"select {table.Name}_id, {table.Columns} from {table.Name} where {table.Name}_id = @number", ("@number", number))
                .Rows(read, cancellationToken);
            words.Add(number, found.Single());
        }
    }

    private async Task<int> Insert(StoreTransaction transaction, T word, CancellationToken cancellationToken)
    {
        var parameters = string.Join(", ", table.Columns.Split(", ").Select(column => "@" + column));
        await Filled(transaction, $"insert into {table.Name} ({table.Columns}) values ({parameters}) on conflict do nothing", word).Execute(cancellationToken);
        return await Find(transaction, word, cancellationToken)
            ?? throw new InvalidOperationException($"A word of {table.Name} was neither there nor could it be added.");
    }

    private async Task<int?> Find(StoreTransaction transaction, T word, CancellationToken cancellationToken)
    {
        var condition = string.Join(" and ", table.Key.Split(", ").Select(column => $"{column} = @{column}"));
        var found = await Filled(transaction, $"select {table.Name}_id from {table.Name} where {condition}", word)
            .Rows(row => row.GetInt32(0), cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    private Statement Filled(StoreTransaction transaction, string text, T word)
    {
        var command = transaction.Command(text);
        var all = table.Columns.Split(", ");
        var given = values(word);
        for (var column = 0; column < all.Length; column++)
        {
            if (text.Contains("@" + all[column], StringComparison.Ordinal))
            {
                command.With("@" + all[column], given[column]);
            }
        }

        return command;
    }
}
