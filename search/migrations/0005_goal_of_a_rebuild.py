from django.db import migrations, models

# Django cannot say INCLUDE of a primary key.
COVERING = """
    ALTER TABLE search_posting DROP CONSTRAINT search_posting_pkey,
        ADD CONSTRAINT search_posting_pkey PRIMARY KEY (word, entry_id) INCLUDE (frequency)
"""
PLAIN = """
    ALTER TABLE search_posting DROP CONSTRAINT search_posting_pkey,
        ADD CONSTRAINT search_posting_pkey PRIMARY KEY (word, entry_id)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0004_desk'),
    ]

    operations = [
        migrations.AddField(
            model_name='indexcursor',
            name='goal',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['locale', 'id'], include=('length',), name='entry_lengths'),
        ),
        migrations.RunSQL(COVERING, PLAIN),
    ]
