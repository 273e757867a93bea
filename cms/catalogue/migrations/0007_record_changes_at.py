"""Records know when they say something else by themselves; what has ended is projected again."""

from django.db import migrations, models

PROJECT_AGAIN = """
    INSERT INTO cms_catalogue_touch (kind, object_id)
    SELECT DISTINCT 'page', record.page_id FROM cms_catalogue_record record
    JOIN cms_catalogue_occurrence dated ON dated.record_id = record.uid
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cms_catalogue', '0006_record_open_from'),
    ]

    operations = [
        migrations.AddField(
            model_name='record',
            name='changes_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(PROJECT_AGAIN, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='record',
            index=models.Index(condition=models.Q(('changes_at__isnull', False)), fields=['changes_at'], name='record_changes'),
        ),
    ]
