"""The bronze layer: what arrived, after redaction and before anything else was decided about it."""

from lakehouse.declaration import RUN, Column, Table, required

REQUESTS = Table(
    name="requests",
    layer="bronze",
    meaning="One row per request that an application logged, with the answer its prototype gave.",
    key=("request_id",),
    columns=(
        required(
            "request_id",
            "string",
            "Identity of the request: a digest of its source's own id (kept in extra), else of its content.",
        ),
        required("source", "string", "Kind of log it came from: openai, mlflow, databricks or columns."),
        required("source_file", "string", "File or table that the row was read from, without its folder."),
        required("source_line", "bigint", "Line or row number in that source, counted from one."),
        Column(
            "subject_id",
            "string",
            "Keyed pseudonym of the person who asked; null where the log names nobody.",
            subject=True,
        ),
        required(
            "messages", "array<struct<role:string,content:string>>", "The conversation sent to the model, in order."
        ),
        Column("response", "string", "What the prototype answered; null where the log holds no answer."),
        Column("model", "string", "Model name that the application asked for."),
        Column("workload", "string", "Workload that the log itself declares; null where it declares none."),
        Column("feedback", "string", "Thumb that the person gave: up, down, or null."),
        Column("asked_at", "timestamp", "When the request was logged, in UTC."),
        required("extra", "map<string,string>", "Fields of the log that this table does not know, kept as JSON text."),
        RUN,
    ),
    checks={
        "feedback_is_a_thumb": "feedback IS NULL OR feedback IN ('up', 'down')",
        "has_messages": "size(messages) > 0",
    },
    cluster=("request_id",),
    change_feed=True,
)

BRONZE = (REQUESTS,)
