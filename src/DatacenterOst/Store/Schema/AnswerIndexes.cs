using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DatacenterOst.Store.Schema;

/// <summary>A chart that a whole ward opens has many answers; those to one user lie together.</summary>
[DbContext(typeof(StoreContext))]
[Migration(Id)]
public sealed class AnswerIndexes : Migration
{
    public const string Id = "20261122000041_AnswerIndexes";

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql("drop index answer_by_time");
        migrationBuilder.Sql("create index answer_by_time on answer (patient_key, subject, user_key, answered_at)");

        // A record is some kilobytes that are compressed already. PostgreSQL would try again, cut it into pieces and put them into a table beside,
        // each with an entry in an index of its own: most of the work of keeping it.
        if (ActiveProvider!.EndsWith("Sqlite", StringComparison.Ordinal)) return;
        migrationBuilder.Sql("alter table answer alter column body set storage external");
        migrationBuilder.Sql("alter table answer set (toast_tuple_target = 8160)");
    }
}
