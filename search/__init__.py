"""Full-text search over records, on PostgreSQL and on Elasticsearch."""
