import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_identification'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('guidance', '0002_thread_numbering'),
    ]

    operations = [
        migrations.CreateModel(
            name='Binding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bound_at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('undo_reason', models.TextField(blank=True, default='', max_length=500)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bindings', to='guidance.contact')),
                ('from_relationship', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='guidance.clientrelationship')),
                ('identification', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.identification')),
                ('to_relationship', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bindings', to='guidance.clientrelationship')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('contact',), name='binding_once_at_a_time'), models.CheckConstraint(condition=models.Q(('from_relationship', models.F('to_relationship')), _negated=True), name='binding_between_two'), models.CheckConstraint(condition=models.Q(models.Q(('undo_reason', ''), ('undone_at__isnull', True), ('undone_by__isnull', True)), models.Q(('undone_at__gte', models.F('bound_at')), ('undone_at__isnull', False), ('undone_by__isnull', False), models.Q(('undo_reason', ''), _negated=True)), _connector='OR'), name='binding_undo_agrees')],
            },
        ),
        migrations.CreateModel(
            name='BreakGlass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(max_length=500)),
                ('at', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='guidance.contact')),
                ('reviewed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user', 'contact', 'until'], name='break_glass_live')],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='break_glass_has_reason'), models.CheckConstraint(condition=models.Q(('until__gt', models.F('at'))), name='break_glass_ends'), models.CheckConstraint(condition=models.Q(models.Q(('reviewed_at__isnull', True), ('reviewed_by__isnull', True)), models.Q(('reviewed_at__isnull', False), ('reviewed_by__isnull', False)), _connector='OR'), name='break_glass_review_agrees'), models.CheckConstraint(condition=models.Q(('reviewed_by', models.F('user')), _negated=True), name='break_glass_reviewed_by_another')],
            },
        ),
        migrations.CreateModel(
            name='Child',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('birth_date', models.DateField()),
                ('named_at', models.DateTimeField()),
                ('named_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('relationship', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='children', to='guidance.clientrelationship')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='child_has_name')],
            },
        ),
        migrations.CreateModel(
            name='IdentificationRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(max_length=500)),
                ('asked_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('asked', 'Asked'), ('done', 'Done'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn')], default='asked', max_length=10)),
                ('answered_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identification_requests', to='guidance.contact')),
                ('identification', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.identification')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('contact',), name='identification_asked_once_at_a_time'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='identification_request_has_reason'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('identification__isnull', True), ('state', 'asked')), models.Q(('answered_at__isnull', False), ('identification__isnull', False), ('state', 'done')), models.Q(('answered_at__isnull', False), ('identification__isnull', True), ('state__in', ['declined', 'withdrawn'])), _connector='OR'), name='identification_request_state_agrees')],
            },
        ),
        migrations.CreateModel(
            name='MaturityJudgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('guardian_may_act', models.BooleanField()),
                ('reason', models.TextField(max_length=8000)),
                ('at', models.DateTimeField()),
                ('child', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='judgements', to='guidance.child')),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='maturity_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='ThreadShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_hash', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='guidance.contact')),
                ('shared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('with_person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='accounts.person')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('used_at__isnull', True), ('with_person__isnull', True)), models.Q(('used_at__isnull', False), ('with_person__isnull', False)), _connector='OR'), name='share_used_agrees'), models.CheckConstraint(condition=models.Q(('with_person', models.F('shared_by')), _negated=True), name='share_with_another')],
            },
        ),
        migrations.AddField(
            model_name='clientrelationship',
            name='person',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='relationship', to='accounts.person'),
        ),
        migrations.AddField(
            model_name='contact',
            name='visitor',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.visitor'),
        ),
        migrations.AlterField(
            model_name='clientrelationship',
            name='visitor',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='relationship', to='accounts.visitor'),
        ),
        migrations.AddConstraint(
            model_name='clientrelationship',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('person__isnull', True), ('visitor__isnull', False)), models.Q(('person__isnull', False), ('visitor__isnull', True)), _connector='OR'), name='relationship_of_one'),
        ),
        migrations.AddField(
            model_name='contact',
            name='about_child',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='guidance.child'),
        ),
    ]
