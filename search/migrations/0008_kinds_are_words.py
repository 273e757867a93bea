from django.db import migrations


class Migration(migrations.Migration):
    """What kind of thing a record is belongs to its words now: every index reads the feed anew."""

    dependencies = [
        ('search', '0007_narrow_entries'),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE search_indexcursor SET version = 0",
            migrations.RunSQL.noop,
        ),
    ]
