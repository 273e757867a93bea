"""What answers a search: PostgreSQL always, Elasticsearch where there is one."""
