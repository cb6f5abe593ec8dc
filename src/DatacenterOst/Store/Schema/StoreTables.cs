namespace DatacenterOst.Store.Schema;

/// <summary>
/// Every table of the store, in one place. A table is patient data, or it stands in the list of reference tables with
/// the reason why it may do without a patient key.
/// </summary>
public static class StoreTables
{
    public static readonly IReadOnlyList<TableShape> PatientData =
    [
        TableShape.Of("patient", "",
            "patient_key long, family text?, given text?, birth_date text?, sex short, fhir_id text, folded_name text, profile_id int",
            "patient_key"),
        TableShape.Of("fact", "",
            """
            patient_key long, observed_at long, known_at long, stored_at long, ended_at long?, value real?,
            concept_id int, code_id int, profile_id int, rule_id int,
            kind short, status short, comparator short, category short, decimals short,
            fact_key uuid, result_key uuid, raw_key blob, place text, text text?, resource_id text?
            """,
            "patient_key, concept_id, observed_at, fact_key"),
        TableShape.Of("fact_pack", "",
            "patient_key long, concept_id int, observed_from long, observed_to long, facts int, encoding short, body blob",
            "patient_key, concept_id, observed_from"),
        TableShape.Of("moved_result", "", "patient_key long, result_key uuid", "patient_key, result_key"),
        TableShape.Of("raw_record", "",
            "patient_key long, received_at long, profile_id int, context_length int, encoding short, raw_key blob, place text, bytes blob",
            "patient_key, raw_key"),
        TableShape.Of("resource", "",
            """
            patient_key long, stored_at long, replaced_at long, known_at long, dated_from long, dated_to long, received_at long,
            version int, profile_id int, type short, deleted short, encoding short, body_key blob, raw_key blob, id text, body blob, terms longs
            """,
            "patient_key, type, id, version"),
        TableShape.Of("resource_range", "", "patient_key long, stored_at long, term long, low real, high real", "patient_key, term, low, stored_at, high"),
        TableShape.Of("resource_text", "", "patient_key long, stored_at long, term long, folded text", "patient_key, term, folded, stored_at"),
        TableShape.Of("rejection", "",
            """
            patient_key long, first_seen_at long, repaired_at long?, profile_id int, rejection_key blob, raw_key blob,
            reason text, place text, message text, subject text
            """,
            "patient_key, rejection_key"),
        TableShape.Of("answer", "",
            """
            patient_key long, subject long, answered_at long, as_of long, user_key long,
            service_id int, hook_id int, client_id int, model_id int, unit_id int, said_id int, took int,
            kind short, interrupting short, encoding short, run blob, request_key blob, patient_id text, body blob
            """,
            "patient_key, subject, request_key"),
        TableShape.Of("feedback", "",
            """
            patient_key long, subject long, received_at long, outcome_at long, answered_at long, user_key long,
            service_id int, client_id int, model_id int, unit_id int, conclusion_id int, reason_id int,
            outcome short, flags short, encoding short, card blob, feedback_key blob, body blob
            """,
            "patient_key, subject, feedback_key"),
        TableShape.Of("silent_score", "",
            """
            patient_key long, subject long, scored_at long, as_of long, score real?,
            service_id int, model_id int, unit_id int, took int, stage short, encoding short, run blob, body blob
            """,
            "patient_key, subject, run, model_id"),
        TableShape.Of("model_outcome", "",
            """
            patient_key long, subject long, occurred_at long, recorded_at long,
            model_id int, value short, run blob, recorded_by text
            """,
            "patient_key, subject, model_id, run, occurred_at, value"),
        TableShape.Of("batch_score", "",
            "patient_key long, scored_at long, score real?, took int, encoding short, run_key blob, body blob",
            "patient_key, run_key"),
    ];

    public static readonly IReadOnlyList<TableShape> Reference =
    [
        TableShape.Of("patient_identifier", "finds the patient key by an identifier, before any is known",
            "patient_key long, system text, value text", "system, value"),
        TableShape.Of("resource_location", "finds the patient key of a resource that is asked for by type and id only",
            "patient_key long, type short, id text", "type, id"),
        TableShape.Of("concept", "vocabulary: says nothing of any patient",
            "concept_id int, system text, code text, unit text, display text", "concept_id"),
        TableShape.Of("code", "vocabulary: codes and words as sources write them",
            "code_id int, system text, code text, display text", "code_id"),
        TableShape.Of("profile", "vocabulary: names of source profiles", "profile_id int, name text", "profile_id"),
        TableShape.Of("rule", "vocabulary: normalisation rules and their versions", "rule_id int, name text", "rule_id"),
        TableShape.Of("label", "vocabulary: names of services, hooks, clients, models, wards and reasons", "label_id int, name text", "label_id"),
        TableShape.Of("setting", "the store's own settings", "name text, value blob", "name"),
        TableShape.Of("cds_client_change", "who may call: says nothing of any patient",
            "changed_at long, client_id text, changed_by text, document text?", "client_id, changed_at"),
        TableShape.Of("seen_token", "tokens of CDS clients, by whoever calls: say nothing of any patient",
            "until_at long, issuer text, token_id text", "issuer, token_id"),
        TableShape.Of("model_change", "which model is in use, by whom and why: says nothing of any patient",
            """
            seq long, changed_at long, share int, from_stage short, to_stage short, kind short,
            model_id text, version text, package_hash text, units text, changed_by text, why text, row_hash blob
            """,
            "model_id, seq"),
        TableShape.Of("model_package", "deployed packages, for the other nodes: say nothing of any patient",
            "part int, parts int, package_hash text, bytes blob", "package_hash, part"),
        TableShape.Of("batch_run", "batch runs as such; their scores lie with the patients",
            "started_at long, as_of long, finished_at long?, patients int, run_id text, model_id text, version text, package_hash text, started_by text", "run_id"),
    ];

    /// <summary>What SQLite has in place of PostgreSQL's inverted index; an embedded store is never distributed.</summary>
    public static readonly TableShape TermsOfSqlite = TableShape.Of(
        "resource_term", "an index of the embedded store by what is searched", "patient_key long, term long, stored_at long", "term, patient_key, stored_at");

    public static IEnumerable<TableShape> All => PatientData.Concat(Reference);

    public static TableShape Get(string name) => All.First(table => table.Name == name);
}
