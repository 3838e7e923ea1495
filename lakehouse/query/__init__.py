"""SQL over the tables: one statement that reads, answered by DuckDB without a JVM, or by Spark."""
