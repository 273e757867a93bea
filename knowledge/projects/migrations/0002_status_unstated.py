"""A source may not say where a project stands."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('knowledge_projects', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='projectpage',
            name='status',
            field=models.CharField(blank=True, choices=[('preparation', 'In preparation'), ('running', 'Under way'), ('completed', 'Completed'), ('suspended', 'Suspended'), ('abandoned', 'Abandoned'), ('unstated', 'Not said by the source')], help_text='Where the source does not say it, choose so: nothing is shown to readers.', max_length=12, verbose_name='status of the project'),
        ),
    ]
