using System.CommandLine;
using DatacenterOst.Store;

namespace DatacenterOst.Server.Commands;

/// <summary><c>dost store …</c>: bring the schema up to date; compare two stores by the hash of what they hold.</summary>
public static class StoreCommand
{
    public static Command Create() => new("store", "Look after the store.") { Migrate(), Digest() };

    private static Command Migrate()
    {
        var store = new StoreOptions();
        var command = new Command("migrate", "Create the schema, or bring it to this version.");
        store.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var database = await StoreDatabase.Open(store.Read(parsed).Store(), TimeProvider.System, cancellationToken);
            Console.WriteLine($"{database.Provider}: the schema is up to date.");
            return 0;
        });
        return command;
    }

    private static Command Digest()
    {
        var store = new StoreOptions();
        var command = new Command("digest", "A hash of all that the store holds, the same on SQLite and PostgreSQL and in whatever order it came.");
        store.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var database = await StoreDatabase.Open(store.Read(parsed).Store(), TimeProvider.System, cancellationToken);
            var digest = await new StoreDigest(database).Compute(cancellationToken);
            foreach (var (table, rows) in digest.Rows)
                Console.Error.WriteLine($"{table}: {rows} rows");
            Console.WriteLine(digest.Hash);
            return 0;
        });
        return command;
    }
}
