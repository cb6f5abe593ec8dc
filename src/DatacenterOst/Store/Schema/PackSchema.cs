using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DatacenterOst.Store.Schema;

/// <summary>Facts of one patient and concept in one row, beside the rows that they were made of (DECISIONS 75).</summary>
[DbContext(typeof(StoreContext))]
[Migration(Id)]
public sealed class PackSchema : Migration
{
    public const string Id = "20261123000002_FactPacks";

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        var isSqlite = ActiveProvider!.EndsWith("Sqlite", StringComparison.Ordinal);
        migrationBuilder.Sql($"""
            create table fact_pack (
                patient_key bigint not null, concept_id integer not null, observed_from bigint not null, observed_to bigint not null,
                facts integer not null, encoding smallint not null, body {(isSqlite ? "blob" : "bytea")} not null,
                primary key (patient_key, concept_id, observed_from))
            """);

        // Most of it is hashes, which no compression makes smaller.
        if (!isSqlite) migrationBuilder.Sql("alter table fact_pack alter column body set storage external");
    }
}
