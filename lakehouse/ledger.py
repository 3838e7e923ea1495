"""The ledger layer: what ran, what it cost, what it refused and what it took in; written by the rim's runs alone."""

from lakehouse.declaration import Column, Table, required

RUNS = Table(
    name="runs",
    layer="ledger",
    meaning="One row per run of a step.",
    key=("run_id",),
    columns=(
        required("run_id", "string", "Identity of the run."),
        required("step", "string", "The step, such as prompts.take."),
        Column("round", "int", "Round that it belonged to; null for steps outside rounds."),
        required("status", "string", "done or failed."),
        Column(
            "failure", "string", "Class of the error that ended it; its words stay in the log, for they may quote data."
        ),
        required("inputs", "map<string,bigint>", "Every table that was read, and at which Delta version."),
        required("outputs", "map<string,bigint>", "Every table that was written, and the Delta version that resulted."),
        Column("asked", "map<string,string>", "What it was asked for beyond the settings, such as a policy."),
        Column("is_complete", "boolean", "Whether it left nothing to another run, as where money runs out."),
        required("settings_fingerprint", "string", "SHA-256 of the resolved settings."),
        required("overrides", "array<string>", "Settings given by hand with --set."),
        Column("git_commit", "string", "Commit of the code; null where it runs from a wheel."),
        required("package_version", "string", "Version of Lakewheel."),
        required("rows_in", "bigint", "Rows, or planned pieces of work, that the step took up."),
        required("rows_out", "bigint", "Rows that it delivered, whether new or already there."),
        required("rows_new", "bigint", "Those of rows_out that were not there before."),
        required("rows_rejected", "bigint", "Rows that it refused, each with a reason in rejections."),
        required("started_at", "timestamp", "When it began, in UTC."),
        required("seconds", "double", "How long it took."),
    ),
    checks={
        "balances": "status <> 'done' OR rows_in = rows_out + rows_rejected",
        "status_is_known": "status IN ('done', 'failed')",
    },
    kept_on_erasure=True,
)

COSTS = Table(
    name="costs",
    layer="ledger",
    meaning="One row per run, workload and model: what the run used.",
    key=("run_id", "workload", "model"),
    columns=(
        required("run_id", "string", "The run.", refers="runs"),
        required("step", "string", "Its step."),
        required("workload", "string", "The workload; all where it is not split."),
        required("model", "string", "The model that was used; none where there was none."),
        required("prompt_tokens", "bigint", "Tokens that were read."),
        required("answer_tokens", "bigint", "Tokens that were written."),
        required("trained_tokens", "bigint", "Tokens that were trained on."),
        required("seconds", "double", "Wall-clock seconds."),
        required("device_seconds", "double", "Seconds times devices."),
        required("money", "double", "Cost in the currency of the settings' price table."),
    ),
    checks={"nothing_is_negative": "prompt_tokens >= 0 AND answer_tokens >= 0 AND seconds >= 0 AND money >= 0"},
    kept_on_erasure=True,
)

REJECTIONS = Table(
    name="rejections",
    layer="ledger",
    meaning="One row per row or piece of work that a step refused, with the reason.",
    key=("rejection_id",),
    columns=(
        required("rejection_id", "string", "Identity: step, what was refused, and the reason."),
        required("step", "string", "The step that refused it."),
        required("entity_id", "string", "What was refused: a row's id, or file and line.", refers="any"),
        Column("subject_id", "string", "Keyed pseudonym of the person it belongs to.", subject=True),
        required("reason", "string", "One word for counting, such as empty or not_json."),
        required("detail", "string", "A sentence for a person; never quotes the refused content."),
        Column("source_file", "string", "Where it was read from, without its folder."),
        Column("source_line", "bigint", "Line or row there, counted from one."),
        required("run_id", "string", "The run that refused it first.", refers="runs"),
    ),
    cluster=("step",),
)

INTAKES = Table(
    name="intakes",
    layer="ledger",
    meaning="One row per file or table that was taken in whole, so that it is not read again while it stays the same.",
    key=("intake_id",),
    columns=(
        required("intake_id", "string", "Identity: step, target and its table_id, source, content and settings."),
        required("step", "string", "The step that took it."),
        required("target", "string", "The table that its rows went to."),
        required("table_id", "string", "Delta's own id of that table; a table that is made anew has another one."),
        required("source_file", "string", "File or table that was read, without its folder."),
        required("content_digest", "string", "SHA-256 of the file's bytes; of a Delta table, its id and version."),
        required("settings_digest", "string", "Digest of the settings that decide what is made of the content."),
        Column("bytes", "bigint", "Size of the file; null for a table."),
        required("pieces", "bigint", "Records that were found in it."),
        required("rows", "bigint", "Those that became rows, whether new or already there."),
        required("rejected", "bigint", "Those that were refused, each with a reason in rejections."),
        required("run_id", "string", "The run that took it.", refers="runs"),
    ),
    checks={"balances": "pieces = rows + rejected"},
    kept_on_erasure=True,
)

FUNNELS = Table(
    name="funnels",
    layer="ledger",
    meaning="One row per source, stage and reason of one count of all documents: what left there, and what stayed.",
    key=("funnel_id", "source", "stage", "reason"),
    columns=(
        required("funnel_id", "string", "Identity of the count: a digest of all its rows."),
        required("source", "string", "Name of the collection."),
        required("stage", "string", "found, refused, not_cleaned, dropped, lines, duplicate, low_quality or stayed."),
        required("reason", "string", "Reason of the refusal, or rule that dropped it; all where there is none."),
        required("position", "int", "Place of the row in its source's funnel, counted from zero."),
        required("documents", "bigint", "Documents that were found, left here, or stayed."),
        Column("words", "bigint", "Their words; null where nobody counted."),
        Column("tokens", "bigint", "Their tokens, where a tokenizer was named."),
        required("run_id", "string", "The run that counted so first.", refers="runs"),
    ),
    checks={"documents_are_counted": "documents >= 0"},
    kept_on_erasure=True,
)

LEDGER = (RUNS, COSTS, REJECTIONS, INTAKES, FUNNELS)
