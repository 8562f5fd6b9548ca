import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0008_review_notices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('catalogue', '0008_search_index'),
        ('guidance', '0010_someone_answers'),
    ]

    operations = [
        migrations.CreateModel(
            name='InstrumentVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60, verbose_name='tunnus')),
                ('number', models.PositiveSmallIntegerField(verbose_name='versio')),
                ('content', models.JSONField(verbose_name='sisältö')),
                ('digest', models.CharField(max_length=64)),
                ('licence', models.CharField(max_length=120, verbose_name='lisenssi')),
                ('source', models.CharField(max_length=300, verbose_name='lähde')),
                ('published_at', models.DateTimeField(verbose_name='julkaistu')),
                ('retired_at', models.DateTimeField(blank=True, null=True, verbose_name='poistettu käytöstä')),
            ],
            options={
                'verbose_name': 'arviointimittari',
                'verbose_name_plural': 'arviointimittarit',
                'ordering': ['slug', '-number'],
                'constraints': [models.UniqueConstraint(fields=('slug', 'number'), name='instrument_version_once'), models.CheckConstraint(condition=models.Q(models.Q(('licence', ''), _negated=True), models.Q(('source', ''), _negated=True), ('number__gte', 1)), name='instrument_says_whose')],
            },
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('checklist', 'oma muistilista'), ('light', 'kevyt suunnitelma'), ('written', 'kirjallinen suunnitelma'), ('shared', 'yhteinen suunnitelma')], max_length=10)),
                ('state', models.CharField(choices=[('draft', 'luonnos'), ('proposed', 'perheen vahvistettavana'), ('confirmed', 'sovittu'), ('ended', 'päättynyt')], default='draft', max_length=10)),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('proposed_at', models.DateTimeField(null=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('next_review_on', models.DateField(null=True)),
                ('family_words', models.TextField(blank=True, default='', max_length=2000)),
                ('ended_at', models.DateTimeField(null=True)),
                ('end_reason', models.TextField(blank=True, default='', max_length=2000)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('relationship', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='guidance.clientrelationship')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit')),
            ],
            options={
                'ordering': ['-made_at'],
                'indexes': [models.Index(condition=models.Q(('state', 'ended'), _negated=True), fields=['unit', 'next_review_on'], name='plan_review')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'ended'), _negated=True), fields=('relationship',), name='plan_one_lives'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('ended_at__isnull', True), ('state', 'draft')), models.Q(('confirmed_at__isnull', True), ('ended_at__isnull', True), ('proposed_at__isnull', False), ('state', 'proposed')), models.Q(('confirmed_at__isnull', False), ('ended_at__isnull', True), ('state', 'confirmed')), models.Q(('ended_at__isnull', False), ('state', 'ended'), models.Q(('end_reason', ''), _negated=True)), _connector='OR'), name='plan_state_agrees'), models.CheckConstraint(condition=models.Q(('changed_at__gte', models.F('made_at')), models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('made_at')), _connector='OR'), models.Q(('confirmed_at__isnull', True), ('confirmed_at__gte', models.F('made_at')), _connector='OR')), name='plan_times_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Goal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField()),
                ('words', models.TextField(max_length=2000)),
                ('state', models.CharField(choices=[('open', 'kesken'), ('reached', 'saavutettu'), ('dropped', 'jätetty pois')], default='open', max_length=10)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='goals', to='segments.plan')),
            ],
            options={
                'ordering': ['order', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='goal_not_empty')],
            },
        ),
        migrations.CreateModel(
            name='PlanReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('with_family', models.BooleanField()),
                ('words', models.TextField(blank=True, default='', max_length=2000)),
                ('next_review_on', models.DateField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='segments.plan')),
            ],
            options={
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='GoalReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nearness', models.PositiveSmallIntegerField()),
                ('goal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='segments.goal')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='goals', to='segments.planreview')),
            ],
            options={
                'ordering': ['goal__order', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('review', 'goal'), name='goal_reviewed_once'), models.CheckConstraint(condition=models.Q(('nearness__lte', 4)), name='goal_nearness_known')],
            },
        ),
        migrations.CreateModel(
            name='PlanVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('content', models.JSONField()),
                ('confirmed_at', models.DateTimeField()),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='segments.plan')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('plan', 'number'), name='plan_version_once')],
            },
        ),
        migrations.CreateModel(
            name='SegmentSuggestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('segment', models.CharField(choices=[('universal', 'yleiset palvelut'), ('omatoimi', 'omatoimi'), ('yhteiso', 'yhteisö'), ('yhteistyo', 'yhteistyö'), ('verkosto', 'verkosto')], max_length=10, verbose_name='segmentti')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='järjestys')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalogue.service', verbose_name='palvelu')),
            ],
            options={
                'verbose_name': 'segmentin palveluehdotus',
                'verbose_name_plural': 'segmenttien palveluehdotukset',
                'ordering': ['segment', 'order', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('segment', 'service'), name='segment_suggests_once'), models.CheckConstraint(condition=models.Q(('segment__in', ['universal', 'omatoimi', 'yhteiso', 'yhteistyo', 'verkosto'])), name='segment_suggestion_known')],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField()),
                ('words', models.TextField(max_length=2000)),
                ('who', models.CharField(choices=[('family', 'perhe'), ('worker', 'työntekijä'), ('service', 'palvelu')], max_length=10)),
                ('service_name', models.CharField(blank=True, default='', max_length=200)),
                ('by_on', models.DateField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('goal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='segments.goal')),
                ('worker', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['order', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='step_not_empty'), models.CheckConstraint(condition=models.Q(models.Q(('service_name', ''), ('who', 'family'), ('worker__isnull', True)), models.Q(('service_name', ''), ('who', 'worker'), ('worker__isnull', False)), models.Q(('who', 'service'), ('worker__isnull', True), models.Q(('service_name', ''), _negated=True)), _connector='OR'), name='step_says_who')],
            },
        ),
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('open', 'kesken'), ('decided', 'päätetty'), ('withdrawn', 'peruttu')], default='open', max_length=10)),
                ('started_at', models.DateTimeField()),
                ('client_answers', models.JSONField(null=True)),
                ('client_answered', models.CharField(blank=True, choices=[('alone', 'itse'), ('in_chat', 'keskustelussa'), ('together', 'yhdessä työntekijän kanssa')], default='', max_length=10)),
                ('client_answered_at', models.DateTimeField(null=True)),
                ('client_view', models.TextField(blank=True, default='', max_length=2000)),
                ('client_segment', models.CharField(blank=True, choices=[('universal', 'yleiset palvelut'), ('omatoimi', 'omatoimi'), ('yhteiso', 'yhteisö'), ('yhteistyo', 'yhteistyö'), ('verkosto', 'verkosto')], default='', max_length=10)),
                ('demand_answers', models.JSONField(null=True)),
                ('demand_answered_at', models.DateTimeField(null=True)),
                ('coping_score', models.DecimalField(decimal_places=2, max_digits=6, null=True)),
                ('demand_score', models.DecimalField(decimal_places=2, max_digits=6, null=True)),
                ('coping', models.CharField(blank=True, choices=[('good', 'arjessa pärjätään'), ('weak', 'arki on kuormittunut')], default='', max_length=10)),
                ('demand', models.CharField(blank=True, choices=[('low', 'tilanne on selkeä'), ('high', 'tilanne on vaativa')], default='', max_length=10)),
                ('proposed', models.CharField(blank=True, choices=[('universal', 'yleiset palvelut'), ('omatoimi', 'omatoimi'), ('yhteiso', 'yhteisö'), ('yhteistyo', 'yhteistyö'), ('verkosto', 'verkosto')], default='', max_length=10)),
                ('decided', models.CharField(blank=True, choices=[('universal', 'yleiset palvelut'), ('omatoimi', 'omatoimi'), ('yhteiso', 'yhteisö'), ('yhteistyo', 'yhteistyö'), ('verkosto', 'verkosto')], default='', max_length=10)),
                ('decision_reason', models.TextField(blank=True, default='', max_length=2000)),
                ('decided_at', models.DateTimeField(null=True)),
                ('next_review_on', models.DateField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('contact', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='guidance.contact')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('demand_answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('relationship', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='guidance.clientrelationship')),
                ('started_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit')),
                ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='segments.instrumentversion')),
            ],
            options={
                'ordering': ['-started_at'],
                'indexes': [models.Index(condition=models.Q(('state', 'decided')), fields=['relationship', '-decided_at'], name='assessment_decided'), models.Index(condition=models.Q(('state', 'decided')), fields=['unit', 'next_review_on'], name='assessment_review')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('relationship',), name='assessment_one_open'), models.CheckConstraint(condition=models.Q(models.Q(('client_answered', ''), ('client_answered_at__isnull', True), ('client_answers__isnull', True)), models.Q(('client_answered_at__isnull', False), ('client_answers__isnull', False), models.Q(('client_answered', ''), _negated=True)), _connector='OR'), name='assessment_client_answers_whole'), models.CheckConstraint(condition=models.Q(models.Q(('demand_answered_at__isnull', True), ('demand_answered_by__isnull', True), ('demand_answers__isnull', True)), models.Q(('demand_answered_at__isnull', False), ('demand_answered_by__isnull', False), ('demand_answers__isnull', False)), _connector='OR'), name='assessment_demand_answers_whole'), models.CheckConstraint(condition=models.Q(('proposed', ''), models.Q(('coping_score__isnull', False), ('demand_score__isnull', False), ('client_answers__isnull', False), ('demand_answers__isnull', False), ('coping__in', ['good', 'weak']), ('demand__in', ['low', 'high'])), _connector='OR'), name='assessment_proposes_from_both'), models.CheckConstraint(condition=models.Q(models.Q(('decided', ''), ('decided_at__isnull', True), ('state', 'open'), ('withdrawn_at__isnull', True)), models.Q(('decided', ''), ('decided_at__isnull', True), ('state', 'withdrawn'), ('withdrawn_at__isnull', False)), models.Q(('decided__in', ['universal', 'omatoimi', 'yhteiso', 'yhteistyo', 'verkosto']), ('decided_at__isnull', False), ('decided_by__isnull', False), ('state', 'decided'), ('withdrawn_at__isnull', True), models.Q(('decision_reason', ''), _negated=True)), _connector='OR'), name='assessment_state_agrees'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_at__gte', models.F('started_at')), _connector='OR'), models.Q(('withdrawn_at__isnull', True), ('withdrawn_at__gte', models.F('started_at')), _connector='OR'), models.Q(('client_answered_at__isnull', True), ('client_answered_at__gte', models.F('started_at')), _connector='OR'), models.Q(('demand_answered_at__isnull', True), ('demand_answered_at__gte', models.F('started_at')), _connector='OR')), name='assessment_times_in_order')],
            },
        ),
    ]
