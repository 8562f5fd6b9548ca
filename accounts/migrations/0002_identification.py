import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_hash', models.CharField(max_length=64, unique=True)),
                ('hash_generation', models.PositiveSmallIntegerField(default=1)),
                ('code_sealed', models.TextField(blank=True, default='')),
                ('given_names', models.CharField(max_length=200)),
                ('family_name', models.CharField(max_length=200)),
                ('birth_date', models.DateField(null=True)),
                ('non_disclosure', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='visitorkey',
            name='person_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name='Identification',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('purpose', models.CharField(choices=[('contact', 'Contact'), ('own_page', 'Own Page')], max_length=10)),
                ('contact_id', models.UUIDField(null=True)),
                ('language', models.CharField(choices=[('fi', 'suomi'), ('sv', 'ruotsi'), ('en', 'englanti')], max_length=2)),
                ('provider', models.CharField(max_length=60)),
                ('level_asked', models.CharField(max_length=80)),
                ('state_hash', models.CharField(max_length=64, unique=True)),
                ('nonce_hash', models.CharField(max_length=64)),
                ('browser_hash', models.CharField(max_length=64)),
                ('code_verifier', models.CharField(blank=True, max_length=128)),
                ('state', models.CharField(choices=[('started', 'Started'), ('done', 'Done'), ('cancelled', 'Cancelled'), ('failed', 'Failed'), ('expired', 'Expired')], default='started', max_length=10)),
                ('failure', models.CharField(blank=True, default='', max_length=40)),
                ('acr', models.CharField(blank=True, default='', max_length=80)),
                ('auth_time', models.DateTimeField(null=True)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='identifications', to='accounts.person')),
            ],
            options={
                'indexes': [models.Index(fields=['started_at'], name='identification_started')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('failure', ''), ('person__isnull', True), ('state', 'started')), models.Q(('auth_time__isnull', False), ('ended_at__isnull', False), ('failure', ''), ('person__isnull', False), ('state', 'done'), models.Q(('acr', ''), _negated=True)), models.Q(('ended_at__isnull', False), ('person__isnull', True), ('state', 'failed'), models.Q(('failure', ''), _negated=True)), models.Q(('ended_at__isnull', False), ('failure', ''), ('person__isnull', True), ('state__in', ['cancelled', 'expired'])), _connector='OR'), name='identification_state_agrees'), models.CheckConstraint(condition=models.Q(models.Q(('contact_id__isnull', False), ('purpose', 'contact')), models.Q(('contact_id__isnull', True), ('purpose', 'own_page')), _connector='OR'), name='identification_for_something'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='identification_times_in_order'), models.CheckConstraint(condition=models.Q(('state', 'started'), ('code_verifier', ''), _connector='OR'), name='identification_verifier_emptied')],
            },
        ),
        migrations.AddField(
            model_name='visitorkey',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='keys', to='accounts.person'),
        ),
        migrations.AddConstraint(
            model_name='visitorkey',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('person__isnull', True), ('person_until__isnull', True)), models.Q(('person__isnull', False), ('person_until__isnull', False)), _connector='OR'), name='visitorkey_person_has_end'),
        ),
    ]
