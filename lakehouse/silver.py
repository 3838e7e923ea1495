"""The silver layer: cleaned, deduplicated and decided upon: documents, prompts, and what people said of answers."""

from lakehouse.declaration import RUN, Column, Table, required

SPLITS = "split IN ('train', 'holdout')"

DOCUMENTS = Table(
    name="documents",
    layer="silver",
    meaning="One row per document that was taken in, with its clean text and what was found out about it.",
    key=("document_id",),
    columns=(
        required("document_id", "string", "Identity of the document: a digest of its source and its text."),
        required("source", "string", "Name of the collection that it belongs to."),
        required("source_file", "string", "Path of the file inside that collection."),
        required("source_part", "bigint", "Number of the document inside its file, counted from one."),
        required("media_type", "string", "What the file was: text/plain, text/html, application/pdf and so on."),
        Column("title", "string", "Title, where the format has one."),
        required("text", "string", "The text that was extracted, repaired and redacted."),
        required("text_digest", "string", "SHA-256 of the text, by which exact duplicates are found."),
        required("characters", "bigint", "Length of the text in characters."),
        Column("language", "string", "Language as an ISO 639-1 code; null until it was identified."),
        Column("licence", "string", "Licence that the source declares, as an SPDX id where there is one."),
        Column("quality", "double", "Score of the quality classifier between 0 and 1; null until it was scored."),
        Column("dropped_by", "string", "The rule that drops it; null where it stays."),
        Column("measures", "map<string,double>", "What cleaning measured, by name; docs/cleaning.md tells each."),
        Column("cleaned_with", "string", "Fingerprint of the settings it was cleaned under; null until it was."),
        Column("text_as_taken", "string", "The text before lines were taken out of it; null where none was."),
        Column("scored_with", "string", "The classifier that its quality is from, by its policy_id."),
        required("extra", "map<string,string>", "Fields of the source that this table does not know."),
        RUN,
    ),
    checks={"text_is_not_empty": "characters > 0", "quality_in_range": "quality IS NULL OR quality BETWEEN 0 AND 1"},
    cluster=("document_id",),
    change_feed=True,
)

DUPLICATES = Table(
    name="duplicates",
    layer="silver",
    meaning="One row per document that is the same as another one, or nearly so; a document without a row is kept.",
    key=("document_id",),
    columns=(
        required("document_id", "string", "The duplicate.", refers="documents"),
        required("survivor_id", "string", "The document that is kept in its place.", refers="documents"),
        RUN,
    ),
    cluster=("document_id",),
)

SIGNATURES = Table(
    name="signatures",
    layer="silver",
    meaning="One row per text that took part in near-duplicate search, so that the next batch compares against it.",
    key=("entity_id", "scheme"),
    columns=(
        required("entity_id", "string", "The document or prompt that was signed.", refers="any"),
        required("scheme", "string", "Shingle size, number of permutations and seed, as one word."),
        required("bands", "array<bigint>", "Hash of each band of its MinHash; none for an exact copy of another."),
        Column("text_digest", "string", "SHA-256 of the text that was signed; null for a prompt, which never changes."),
        RUN,
    ),
    cluster=("entity_id",),
)

CHUNKS = Table(
    name="chunks",
    layer="silver",
    meaning="One row per passage of a document, ready for retrieval.",
    key=("chunk_id",),
    columns=(
        required("chunk_id", "string", "Identity of the passage: its document, its place and the chunking settings."),
        required("document_id", "string", "The document that it was cut from.", refers="documents"),
        required("position", "int", "Place of the passage in its document, counted from zero."),
        Column("heading", "string", "Headings above the passage, joined by ' > '."),
        required("text", "string", "The passage."),
        required("tokens", "int", "Its length in tokens of the encoder."),
        Column("embedding", "array<float>", "Its embedding; null until it was computed."),
        Column("encoder_digest", "string", "Digest of the encoder that made the embedding."),
        Column("section_id", "string", "Identity of the section of the document; its passages follow one another."),
        Column("starts_at", "bigint", "First character of the passage in the document's text, counted from zero."),
        Column("ends_at", "bigint", "The character behind its last."),
        Column("cut_from", "string", "Identity of the text, the settings and the encoder that it was cut by."),
        RUN,
    ),
    checks={"has_tokens": "tokens > 0"},
    cluster=("document_id",),
)

PROMPTS = Table(
    name="prompts",
    layer="silver",
    meaning="One row per distinct prompt that was selected from the requests.",
    key=("prompt_id",),
    columns=(
        required("prompt_id", "string", "Identity of the prompt: a digest of its normalised messages."),
        required(
            "messages", "array<struct<role:string,content:string>>", "The conversation up to the answer, redacted."
        ),
        required("request_ids", "array<string>", "Every request that asked this.", refers="requests", shared=True),
        required("workload", "string", "What kind of work it is: declared, ruled or clustered."),
        required("workload_origin", "string", "How the workload was found: log, rule, or cluster by embeddings."),
        required("split", "string", "train or holdout, decided once by a hash of the prompt's identity."),
        required("round", "int", "Round in which it was selected first."),
        required("weight", "double", "Weight in sampling: halved for each half-life that its last request is old."),
        Column(
            "near_duplicate_of", "string", "Prompt kept in place of this one; null if it was kept.", refers="prompts"
        ),
        Column("asked_at", "timestamp", "When it was asked first, in UTC."),
        RUN,
    ),
    checks={
        "split_is_known": SPLITS,
        "weight_is_positive": "weight > 0",
        "comes_from_somewhere": "size(request_ids) > 0",
    },
    cluster=("prompt_id",),
    change_feed=True,
)

RATINGS = Table(
    name="ratings",
    layer="silver",
    meaning="One row per answer that a person rated.",
    key=("rating_id",),
    columns=(
        required("rating_id", "string", "Identity of the rating: prompt, answer and rater."),
        Column("prompt_id", "string", "The prompt, known by its text as one message.", refers="prompts"),
        Column("request_id", "string", "The request that the rating came with.", refers="requests"),
        required("workload", "string", "What kind of work it is."),
        required("prompt", "string", "The prompt as the rater saw it."),
        required("answer", "string", "The answer as the rater saw it."),
        required("rating", "double", "The rating between 1 (useless) and 5 (as it should be)."),
        Column("reason", "string", "The rater's words."),
        Column(
            "gold",
            "boolean",
            "True where the answer is known to be right, so that others can be compared with it; null if nobody said.",
        ),
        Column("rater_id", "string", "Keyed pseudonym of the rater.", subject=True),
        RUN,
    ),
    checks={"rating_in_range": "rating BETWEEN 1 AND 5"},
    cluster=("rating_id",),
    change_feed=True,
)

PREFERENCES = Table(
    name="preferences",
    layer="silver",
    meaning="One row per pair of answers to one prompt of which somebody said which is better.",
    key=("preference_id",),
    columns=(
        required("preference_id", "string", "Identity: prompt, both answers in a fixed order, and rater or origin."),
        Column("prompt_id", "string", "The prompt; one that a person told is known by its text.", refers="prompts"),
        Column("request_id", "string", "The request that the preference came with.", refers="requests"),
        required("workload", "string", "What kind of work it is."),
        required("prompt", "string", "The prompt as the rater saw it."),
        required("chosen", "string", "The better answer; for a tie, the first in the fixed order."),
        required("rejected", "string", "The other answer."),
        required("tie", "boolean", "True if the rater found neither better."),
        Column("margin", "double", "How much better, where it is known, in the units of its origin."),
        required("origin", "string", "Where it came from: human, thumbs, gold or rating."),
        Column("rating_ids", "array<string>", "The ratings that it was derived from.", refers="ratings"),
        Column("request_ids", "array<string>", "The requests that it was derived from.", refers="requests"),
        Column("candidate_ids", "array<string>", "The candidates that it was derived from.", refers="candidates"),
        Column("rater_id", "string", "Keyed pseudonym of the rater.", subject=True),
        RUN,
    ),
    checks={"answers_differ": "chosen <> rejected", "margin_is_not_negative": "margin IS NULL OR margin >= 0"},
    cluster=("preference_id",),
    change_feed=True,
)

SILVER = (DOCUMENTS, DUPLICATES, SIGNATURES, CHUNKS, PROMPTS, RATINGS, PREFERENCES)
