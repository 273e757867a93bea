"""Records know from which hour an offer is open; those that have an end are projected again."""

from django.db import migrations, models

PROJECT_AGAIN = """
    INSERT INTO cms_catalogue_touch (kind, object_id)
    SELECT 'page', page_id FROM cms_catalogue_record
    WHERE gone_at IS NULL AND open_until IS NOT NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cms_catalogue', '0005_link_checks'),
    ]

    operations = [
        migrations.AddField(
            model_name='record',
            name='open_from',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(PROJECT_AGAIN, migrations.RunSQL.noop),
    ]
