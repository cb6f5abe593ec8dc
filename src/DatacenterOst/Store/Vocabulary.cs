using System.Collections.Concurrent;
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
}

/// <param name="Columns">All columns but the number; those of <paramref name="Key"/> tell two words apart.</param>
internal sealed record WordTable(string Name, string Columns, string Key);

/// <summary>One table of numbered words.</summary>
internal sealed class Words<T>(
    IStoreDialect dialect, WordTable table, Func<T, string[]> values, Func<DbDataReader, T> read)
    where T : class
{
    /// <summary>Words that are remembered; over it the memory is emptied and fills again from the table.</summary>
    private const int MaxRemembered = 200_000;

    private readonly ConcurrentDictionary<T, int> numbers = new();
    private readonly ConcurrentDictionary<int, T> words = new();

    public int NumberOf(T word) => numbers[word];

    public T Word(int number) => words[number];

    /// <summary>The word of a number; null where it is not known here and has to be loaded.</summary>
    public T? Find(int number) => words.GetValueOrDefault(number);

    /// <summary>Gives every word a number. New words are committed at once, before the facts that use them.</summary>
    public async Task Number(IReadOnlyCollection<T> wanted, CancellationToken cancellationToken)
    {
        var unknown = wanted.Where(word => !numbers.ContainsKey(word)).Distinct().ToList();
        if (unknown.Count == 0)
        {
            return;
        }

        if (numbers.Count > MaxRemembered)
        {
            numbers.Clear();
            unknown = [.. wanted.Distinct()];
        }

        await using var transaction = await dialect.Begin(cancellationToken);
        foreach (var word in unknown)
        {
            numbers[word] = await Find(transaction, word, cancellationToken) ?? await Insert(transaction, word, cancellationToken);
        }

        await transaction.Commit(cancellationToken);
    }

    /// <summary>Makes sure that the words of these numbers can be read.</summary>
    public async Task Load(IEnumerable<int> wanted, CancellationToken cancellationToken)
    {
        var unknown = wanted.Where(number => !words.ContainsKey(number)).Distinct().ToList();
        if (unknown.Count == 0)
        {
            return;
        }

        if (words.Count > MaxRemembered)
        {
            words.Clear();
            unknown = [.. wanted.Distinct()];
        }

        await using var connection = await dialect.Open(cancellationToken);
        foreach (var number in unknown)
        {
            var found = await connection
                .Command($"select {table.Name}_id, {table.Columns} from {table.Name} where {table.Name}_id = @number", ("@number", number))
                .Rows(read, cancellationToken);
            words[number] = found.Single();
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
