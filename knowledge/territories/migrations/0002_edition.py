"""One row that changes whenever territories do: tags of answers read it."""

from django.db import migrations, models

_TABLES = ("knowledge_territories_territory", "knowledge_territories_inclusion")
_FUNCTION = """
CREATE FUNCTION knowledge_territories_edited() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO knowledge_territories_edition AS known (id, number, at)
    VALUES (1, 1, clock_timestamp())
    ON CONFLICT (id) DO UPDATE SET number = known.number + 1, at = clock_timestamp();
    RETURN NULL;
END $$;
INSERT INTO knowledge_territories_edition (id, number, at) VALUES (1, 0, clock_timestamp());
"""
_TRIGGERS = "".join(
    f"CREATE TRIGGER {table}_edited AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION knowledge_territories_edited();\n"
    for table in _TABLES
)
_BACK = "".join(f"DROP TRIGGER {table}_edited ON {table};\n" for table in _TABLES)


class Migration(migrations.Migration):
    dependencies = [("knowledge_territories", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Edition",
            fields=[
                (
                    "id",
                    models.SmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.BigIntegerField(editable=False)),
                ("at", models.DateTimeField(editable=False)),
            ],
        ),
        migrations.RunSQL(
            _FUNCTION + _TRIGGERS, _BACK + "DROP FUNCTION knowledge_territories_edited();"
        ),
    ]
