using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DatacenterOst.Store.Schema;

/// <summary>CDS clients: the changes of their registrations, and the tokens that were used. No patient data.</summary>
[DbContext(typeof(StoreContext))]
[Migration(Id)]
public sealed class ClientSchema : Migration
{
    public const string Id = "20261122000011_Clients";

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        var clustered = ActiveProvider!.EndsWith("Sqlite", StringComparison.Ordinal) ? "without rowid" : "";
        foreach (var statement in Statements)
            migrationBuilder.Sql(statement.Replace("{clustered}", clustered, StringComparison.Ordinal));
    }

    private static readonly IReadOnlyList<string> Statements =
    [
        """
        create table cds_client_change (
            changed_at bigint not null, client_id text not null, changed_by text not null, document text,
            primary key (client_id, changed_at)) {clustered}
        """,
        """
        create table seen_token (
            until_at bigint not null, issuer text not null, token_id text not null,
            primary key (issuer, token_id)) {clustered}
        """,
        "create index seen_token_by_time on seen_token (until_at)",
    ];
}
