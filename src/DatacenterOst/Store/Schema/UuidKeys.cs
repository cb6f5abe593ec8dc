using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DatacenterOst.Store.Schema;

/// <summary>Keys of facts become uuids in PostgreSQL, the same 16 bytes (DECISIONS 70); SQLite has them as they are.</summary>
[DbContext(typeof(StoreContext))]
[Migration(Id)]
public sealed class UuidKeys : Migration
{
    public const string Id = "20261123000001_UuidKeys";

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        if (ActiveProvider!.EndsWith("Sqlite", StringComparison.Ordinal)) return;
        migrationBuilder.Sql($"alter table fact {AsUuid("fact_key")}, {AsUuid("result_key")}");
        migrationBuilder.Sql($"alter table moved_result {AsUuid("result_key")}");
    }

    private static string AsUuid(string column) => $"alter column {column} type uuid using encode({column}, 'hex')::uuid";
}
