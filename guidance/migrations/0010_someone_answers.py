import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_review_notices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('guidance', '0009_signposts'),
    ]

    operations = [
        migrations.CreateModel(
            name='ResponsibleWorker',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('contact_person', 'yhteyshenkilö'), ('responsible', 'vastuutyöntekijä'), ('coordinator', 'koordinoiva vastuutyöntekijä')], max_length=20)),
                ('state', models.CharField(choices=[('proposed', 'odottaa vastausta'), ('accepted', 'vastaa'), ('declined', 'kieltäytyi'), ('withdrawn', 'ehdotus peruttu'), ('ended', 'päättynyt')], default='proposed', max_length=10)),
                ('proposed_at', models.DateTimeField()),
                ('proposal', models.TextField(blank=True, default='', max_length=2000)),
                ('answered_at', models.DateTimeField(null=True)),
                ('decline_reason', models.TextField(blank=True, default='', max_length=2000)),
                ('ended_at', models.DateTimeField(null=True)),
                ('end_reason', models.TextField(blank=True, default='', max_length=2000)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('relationship', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='responsible_workers', to='guidance.clientrelationship')),
                ('replaces', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='guidance.responsibleworker')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit')),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='responsibilities', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-proposed_at'],
                'indexes': [models.Index(condition=models.Q(('state__in', ['proposed', 'accepted'])), fields=['worker'], name='responsible_live')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'accepted')), fields=('relationship',), name='responsible_one_stands'), models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('relationship',), name='responsible_one_proposed'), models.CheckConstraint(condition=models.Q(('role__in', ['contact_person', 'responsible', 'coordinator'])), name='responsible_role_known'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('decline_reason', ''), ('ended_at__isnull', True), ('state', 'proposed')), models.Q(('answered_at__isnull', False), ('decline_reason', ''), ('ended_at__isnull', True), ('state', 'accepted')), models.Q(('answered_at__isnull', False), ('ended_at__isnull', True), ('state', 'declined'), models.Q(('decline_reason', ''), _negated=True)), models.Q(('answered_at__isnull', True), ('decline_reason', ''), ('ended_at__isnull', False), ('state', 'withdrawn')), models.Q(('answered_at__isnull', False), ('decline_reason', ''), ('ended_at__isnull', False), ('state', 'ended')), _connector='OR'), name='responsible_state_agrees'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('answered_at__gte', models.F('proposed_at')), _connector='OR'), models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('proposed_at')), _connector='OR'), models.Q(('ended_at__isnull', True), ('answered_at__isnull', True), ('ended_at__gte', models.F('answered_at')), _connector='OR')), name='responsible_times_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Substitute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField()),
                ('until_on', models.DateField()),
                ('named_at', models.DateTimeField()),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('named_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('term', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='substitutes', to='guidance.responsibleworker')),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['from_on', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('until_on__gt', models.F('from_on'))), name='substitute_days_in_order')],
            },
        ),
        migrations.CreateModel(
            name='CorrectionRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.TextField(max_length=2000)),
                ('asked_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('state', models.CharField(choices=[('asked', 'odottaa vastausta'), ('corrected', 'korjattu'), ('refused', 'ei korjata'), ('withdrawn', 'pyyntö peruttu')], default='asked', max_length=10)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answer', models.TextField(blank=True, default='', max_length=2000)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('relationship', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='guidance.clientrelationship')),
            ],
            options={
                'ordering': ['due_on', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('body', ''), _negated=True), name='correction_not_empty'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('answered_by__isnull', True), ('state', 'asked')), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('state__in', ['corrected', 'refused']), models.Q(('answer', ''), _negated=True)), models.Q(('answer', ''), ('answered_at__isnull', False), ('answered_by__isnull', True), ('state', 'withdrawn')), _connector='OR'), name='correction_state_agrees'), models.CheckConstraint(condition=models.Q(('answered_at__isnull', True), ('answered_at__gte', models.F('asked_at')), _connector='OR'), name='correction_times_in_order')],
            },
        ),
    ]
