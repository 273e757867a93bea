import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

# What a search reads changes its shape: the index is read anew from the feed.
EMPTY = """
    TRUNCATE search_entry, search_posting, search_filepage;
    UPDATE search_indexcursor SET version = 0, goal = NULL WHERE engine = 'postgresql'
"""
# Django cannot say INCLUDE of a primary key.
COVERING = """
    ALTER TABLE search_posting DROP CONSTRAINT search_posting_pkey,
        ADD CONSTRAINT search_posting_pkey
            PRIMARY KEY (word, entry_id) INCLUDE (frequency, length)
"""
BEFORE = """
    ALTER TABLE search_posting DROP CONSTRAINT search_posting_pkey,
        ADD CONSTRAINT search_posting_pkey PRIMARY KEY (word, entry_id) INCLUDE (frequency)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0006_terms_of_entries'),
    ]

    operations = [
        migrations.RunSQL(EMPTY, EMPTY),
        migrations.RemoveIndex(model_name='entry', name='entry_lengths'),
        migrations.RemoveIndex(model_name='entry', name='entry_vector'),
        migrations.RemoveField(model_name='entry', name='vector'),
        migrations.RemoveField(model_name='entry', name='terms'),
        migrations.AddField(
            model_name='entry',
            name='type',
            field=models.CharField(default='', max_length=60),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='entry',
            name='published_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='entry',
            name='open_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='entry',
            name='terms',
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.IntegerField(), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name='posting',
            name='length',
            field=models.FloatField(default=0),
        ),
        migrations.RunSQL(COVERING, BEFORE),
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('text', models.TextField(unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='Total',
            fields=[
                ('locale', models.CharField(max_length=12, primary_key=True, serialize=False)),
                ('records', models.IntegerField()),
                ('length', models.FloatField()),
            ],
        ),
        migrations.CreateModel(
            name='ExactWords',
            fields=[
                ('entry', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, serialize=False, to='search.entry')),
                ('vector', django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['vector'], name='exact_words')],
            },
        ),
    ]
