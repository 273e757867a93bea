import django.contrib.postgres.fields
from django.db import migrations, models

FILL = """
    UPDATE search_entry entry SET terms = record.terms_broader
    FROM cms_catalogue_record record WHERE record.uid = entry.uid
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cms_catalogue', '0008_record_live'),
        ('search', '0005_goal_of_a_rebuild'),
    ]

    operations = [
        migrations.AddField(
            model_name='entry',
            name='terms',
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), default=list, size=None
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
