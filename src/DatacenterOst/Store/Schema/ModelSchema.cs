using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DatacenterOst.Store.Schema;

/// <summary>The life of models: what was deployed and put to use by whom, what scored beside what was shown, outcomes, and batch runs.</summary>
[DbContext(typeof(StoreContext))]
[Migration(Id)]
public sealed class ModelSchema : Migration
{
    public const string Id = "20261122000031_Models";

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        var sqlite = ActiveProvider!.EndsWith("Sqlite", StringComparison.Ordinal);
        foreach (var statement in Statements)
            migrationBuilder.Sql(statement.Replace("{blob}", sqlite ? "blob" : "bytea", StringComparison.Ordinal));
    }

    private static readonly IReadOnlyList<string> Statements =
    [
        """
        create table model_change (
            seq bigint not null, changed_at bigint not null, share integer not null,
            from_stage smallint not null, to_stage smallint not null, kind smallint not null,
            model_id text not null, version text not null, package_hash text not null, units text not null,
            changed_by text not null, why text not null, row_hash {blob} not null,
            primary key (model_id, seq))
        """,
        """
        create table model_package (
            part integer not null, parts integer not null, package_hash text not null, bytes {blob} not null,
            primary key (package_hash, part))
        """,
        """
        create table silent_score (
            patient_key bigint not null, subject bigint not null, scored_at bigint not null, as_of bigint not null, score double precision,
            service_id integer not null, model_id integer not null, unit_id integer not null, took integer not null,
            stage smallint not null, encoding smallint not null, run {blob} not null, body {blob} not null,
            primary key (patient_key, subject, run, model_id))
        """,
        "create index silent_score_by_run on silent_score (run)",
        """
        create table model_outcome (
            patient_key bigint not null, subject bigint not null, occurred_at bigint not null, recorded_at bigint not null,
            model_id integer not null, value smallint not null, run {blob} not null, recorded_by text not null,
            primary key (patient_key, subject, model_id, run, occurred_at, value))
        """,
        "create index model_outcome_by_model on model_outcome (model_id, occurred_at)",
        """
        create table batch_run (
            started_at bigint not null, as_of bigint not null, finished_at bigint, patients integer not null,
            run_id text not null, model_id text not null, version text not null, package_hash text not null, started_by text not null,
            primary key (run_id))
        """,
        """
        create table batch_score (
            patient_key bigint not null, scored_at bigint not null, score double precision, took integer not null, encoding smallint not null,
            run_key {blob} not null, body {blob} not null,
            primary key (patient_key, run_key))
        """,
        "create index batch_score_by_run on batch_score (run_key, patient_key)",
    ];
}
