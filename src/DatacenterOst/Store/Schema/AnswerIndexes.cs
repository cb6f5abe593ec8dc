using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DatacenterOst.Store.Schema;

/// <summary>A chart that a whole ward opens has many answers; those to one user are told apart within the index.</summary>
[DbContext(typeof(StoreContext))]
[Migration(Id)]
public sealed class AnswerIndexes : Migration
{
    public const string Id = "20261122000041_AnswerIndexes";

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql("drop index answer_by_time");
        migrationBuilder.Sql("create index answer_by_time on answer (patient_key, subject, answered_at, user_key)");
    }
}
