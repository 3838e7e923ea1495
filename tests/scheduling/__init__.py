"""The jobs outside of Databricks: the script that cron and Kubernetes call, and what calls it."""
