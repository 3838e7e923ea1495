"""What databricks.yml deploys, held against what there is to deploy."""
