from django.db import migrations


class Migration(migrations.Migration):
    """Compounds and other names are postings now: every entry is written anew from the feed."""

    dependencies = [
        ('search', '0002_suggestions_saved_searches'),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE search_indexcursor SET version = 0 WHERE engine = 'postgresql'",
            migrations.RunSQL.noop,
        ),
    ]
