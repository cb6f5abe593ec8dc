using System.Data.Common;
using DatacenterOst.Clinical;
using Microsoft.EntityFrameworkCore;

namespace DatacenterOst.Store.Schema;

/// <summary>Brings a store to the schema of this version.</summary>
internal static class Migrations
{
    private static readonly string[] Known = [FirstSchema.Id, ClientSchema.Id, AnswerSchema.Id, ModelSchema.Id, AnswerIndexes.Id, UuidKeys.Id, PackSchema.Id];

    /// <summary>
    /// Whether there is anything to do. Asked first by plain SQL, because starting EF Core takes longer than everything
    /// else that a command on an up-to-date store does.
    /// </summary>
    public static async Task<bool> AreNeeded(DbConnection connection, CancellationToken cancellationToken)
    {
        List<string> applied;
        try
        {
            applied = await connection.Command("""select "MigrationId" from "__EFMigrationsHistory" order by 1""")
                .Rows(row => row.GetString(0), cancellationToken);
        }
        catch (DbException)
        {
            return true; // the table is not there yet: a new store
        }

        if (applied.Except(Known).FirstOrDefault() is { } unknown)
        {
            throw new Problem(
                ProblemKind.Invalid, $"the store was made by a newer version of the product ({unknown}); use that version", where: "Store:ConnectionString");
        }

        return applied.Count < Known.Length;
    }

    public static async Task Apply(DbContextOptions<StoreContext> options, CancellationToken cancellationToken)
    {
        await using var context = new StoreContext(options);
        await context.Database.MigrateAsync(cancellationToken);
    }
}
