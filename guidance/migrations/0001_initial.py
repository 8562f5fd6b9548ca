import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.db.models.lookups
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('catalogue', '0002_emergency_phone_by_language'),
    ]

    operations = [
        migrations.CreateModel(
            name='ClientRelationship',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField()),
                ('visitor', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='relationship', to='accounts.visitor')),
            ],
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('channel', models.CharField(choices=[('chat', 'Chat'), ('message', 'Viesti'), ('callback', 'Takaisinsoitto'), ('phone', 'Puhelu'), ('visit', 'Käynti'), ('consultation', 'Konsultaatio')], max_length=20)),
                ('state', models.CharField(choices=[('waiting', 'odottaa'), ('open', 'auki'), ('closed', 'päättynyt')], default='waiting', max_length=10)),
                ('language', models.CharField(choices=[('fi', 'suomi'), ('sv', 'ruotsi'), ('en', 'englanti')], default='fi', max_length=2)),
                ('open_nonce', models.UUIDField()),
                ('opened_at', models.DateTimeField()),
                ('queued_at', models.DateTimeField()),
                ('returned_at', models.DateTimeField(null=True)),
                ('joined_at', models.DateTimeField(null=True)),
                ('taken_at', models.DateTimeField(null=True)),
                ('first_client_at', models.DateTimeField(null=True)),
                ('first_response_at', models.DateTimeField(null=True)),
                ('left_at', models.DateTimeField(null=True)),
                ('idle_warned_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('resolved', 'Valmis tässä'), ('referred', 'Ohjattu palveluun'), ('continues', 'Jatkuu toisessa kanavassa'), ('signposted', 'Neuvottu, mistä kysyä'), ('left_queue', 'Lähti jonosta'), ('went_silent', 'Jäi hiljaiseksi'), ('misuse', 'Asiaton yhteydenotto')], default='', max_length=20)),
                ('next_step', models.TextField(blank=True, default='')),
                ('next_step_owner', models.CharField(blank=True, choices=[('service', 'Palvelun'), ('worker', 'Minun'), ('family', 'Perheen'), ('nobody', 'Ei kenenkään')], default='', max_length=10)),
                ('last_seq', models.PositiveIntegerField(default=0)),
                ('last_message_at', models.DateTimeField(null=True)),
                ('turn', models.CharField(choices=[('client', 'perheen vuoro'), ('worker', 'työntekijän vuoro')], default='worker', max_length=10)),
                ('client_seen_seq', models.PositiveIntegerField(default=0)),
                ('worker_seen_seq', models.PositiveIntegerField(default=0)),
                ('first_response_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('first_response_unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit')),
                ('follows', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='guidance.contact')),
                ('relationship', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='guidance.clientrelationship')),
                ('topic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.topic')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='accounts.unit')),
                ('worker', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'closed'), _negated=True), fields=['unit', 'channel', 'state'], name='contact_live'), models.Index(condition=models.Q(('state', 'open')), fields=['worker', 'state'], name='contact_of_worker'), models.Index(fields=['relationship', '-opened_at'], name='contact_of_relationship'), models.Index(condition=models.Q(('joined_at__isnull', False)), fields=['unit', '-joined_at'], name='contact_joined')],
                'constraints': [models.UniqueConstraint(fields=('relationship', 'open_nonce'), name='contact_open_nonce'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('outcome', ''), ('state', 'waiting'), ('worker__isnull', True)), models.Q(('closed_at__isnull', True), ('joined_at__isnull', False), ('outcome', ''), ('state', 'open'), ('worker__isnull', False)), models.Q(('closed_at__isnull', False), ('state', 'closed'), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='contact_state_agrees'), models.CheckConstraint(condition=models.Q(('channel__in', ['chat', 'message', 'callback', 'phone', 'visit', 'consultation'])), name='contact_channel_known'), models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'resolved', 'referred', 'continues', 'signposted', 'left_queue', 'went_silent', 'misuse'])), name='contact_outcome_known'), models.CheckConstraint(condition=models.Q(('queued_at__gte', models.F('opened_at')), models.Q(('joined_at__isnull', True), ('joined_at__gte', models.F('opened_at')), _connector='OR'), models.Q(('closed_at__isnull', True), ('closed_at__gte', models.F('opened_at')), _connector='OR'), models.Q(('closed_at__isnull', True), ('joined_at__isnull', True), ('closed_at__gte', models.F('joined_at')), _connector='OR')), name='contact_times_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('first_response_at__isnull', True), ('first_response_by__isnull', True)), models.Q(('first_client_at__isnull', False), ('first_response_at__gte', models.F('first_client_at')), ('first_response_at__isnull', False), ('first_response_by__isnull', False), ('first_response_unit__isnull', False)), _connector='OR'), name='contact_first_response_agrees'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'left_queue'), _negated=True), ('joined_at__isnull', True), _connector='OR'), name='contact_left_queue_unjoined'), models.CheckConstraint(condition=models.Q(('client_seen_seq__lte', models.F('last_seq')), ('worker_seen_seq__lte', models.F('last_seq'))), name='contact_seen_within'), models.CheckConstraint(condition=models.Q(('follows', models.F('id')), _negated=True), name='contact_follows_another')],
            },
        ),
        migrations.CreateModel(
            name='Feedback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('helped', models.CharField(blank=True, choices=[('yes', 'Kyllä'), ('partly', 'Osittain'), ('no', 'En')], default='', max_length=10)),
                ('feeling', models.PositiveSmallIntegerField(null=True)),
                ('word', models.TextField(blank=True, default='')),
                ('at', models.DateTimeField()),
                ('contact', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='feedback', to='guidance.contact')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('helped', ''), _negated=True), ('feeling__isnull', False), models.Q(('word', ''), _negated=True), _connector='OR'), name='feedback_says_something'), models.CheckConstraint(condition=models.Q(('feeling__isnull', True), ('feeling__range', (1, 5)), _connector='OR'), name='feedback_feeling_in_scale')],
            },
        ),
        migrations.CreateModel(
            name='HoursException',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(blank=True, choices=[('chat', 'Chat'), ('message', 'Viesti'), ('callback', 'Takaisinsoitto'), ('phone', 'Puhelu'), ('visit', 'Käynti'), ('consultation', 'Konsultaatio')], default='', max_length=20, verbose_name='kanava')),
                ('date', models.DateField(verbose_name='päivä')),
                ('opens_minute', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='aukeaa')),
                ('closes_minute', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='sulkeutuu')),
                ('reason_fi', models.CharField(max_length=120, verbose_name='syy suomeksi')),
                ('reason_sv', models.CharField(blank=True, max_length=120, verbose_name='syy ruotsiksi')),
                ('reason_en', models.CharField(blank=True, max_length=120, verbose_name='syy englanniksi')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.unit', verbose_name='yksikkö')),
            ],
            options={
                'verbose_name': 'poikkeus aukioloaikaan',
                'verbose_name_plural': 'poikkeukset aukioloaikoihin',
                'ordering': ['date', 'opens_minute'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('closes_minute__isnull', True), ('opens_minute__isnull', True)), models.Q(('closes_minute__isnull', False), ('closes_minute__lte', 1440), ('opens_minute__isnull', False), ('opens_minute__lt', models.F('closes_minute'))), _connector='OR'), name='exception_both_or_neither')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('pk', models.CompositePrimaryKey('contact_id', 'seq', blank=True, editable=False, primary_key=True, serialize=False)),
                ('seq', models.PositiveIntegerField()),
                ('previous_seq', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.NullIf(django.db.models.expressions.CombinedExpression(models.F('seq'), '-', models.Value(1)), 0), output_field=models.IntegerField())),
                ('nonce', models.UUIDField()),
                ('kind', models.CharField(choices=[('client', 'Client'), ('worker', 'Worker'), ('system', 'System')], max_length=10)),
                ('code', models.CharField(blank=True, default='', max_length=40)),
                ('body', models.TextField()),
                ('at', models.DateTimeField()),
                ('contact', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='guidance.contact')),
                ('staff', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('contact', 'nonce'), name='message_nonce'), models.CheckConstraint(condition=models.Q(('seq__gte', 1)), name='message_seq_from_one'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'client'), ('staff__isnull', True)), models.Q(('kind', 'worker'), ('staff__isnull', False)), models.Q(('kind', 'system'), ('staff__isnull', True), models.Q(('code', ''), _negated=True)), _connector='OR'), name='message_author_agrees'), models.CheckConstraint(condition=django.db.models.lookups.Range(django.db.models.functions.text.Length('body'), (1, 8000)), name='message_body_fits')],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.TextField(max_length=8000)),
                ('at', models.DateTimeField()),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contact', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='guidance.contact')),
                ('relationship', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='guidance.clientrelationship')),
            ],
            options={
                'ordering': ['-at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('body', ''), _negated=True), name='note_not_empty')],
            },
        ),
        migrations.CreateModel(
            name='ReadyText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='järjestys')),
                ('title_fi', models.CharField(max_length=80, verbose_name='otsikko suomeksi')),
                ('title_sv', models.CharField(blank=True, max_length=80, verbose_name='otsikko ruotsiksi')),
                ('title_en', models.CharField(blank=True, max_length=80, verbose_name='otsikko englanniksi')),
                ('body_fi', models.TextField(verbose_name='teksti suomeksi')),
                ('body_sv', models.TextField(blank=True, verbose_name='teksti ruotsiksi')),
                ('body_en', models.TextField(blank=True, verbose_name='teksti englanniksi')),
                ('topic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalogue.topic', verbose_name='aihe')),
            ],
            options={
                'verbose_name': 'valmis teksti',
                'verbose_name_plural': 'valmiit tekstit',
                'ordering': ['order', 'title_fi'],
            },
        ),
        migrations.CreateModel(
            name='ServiceWindow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('chat', 'Chat'), ('message', 'Viesti'), ('callback', 'Takaisinsoitto'), ('phone', 'Puhelu'), ('visit', 'Käynti'), ('consultation', 'Konsultaatio')], max_length=20, verbose_name='kanava')),
                ('weekday', models.PositiveSmallIntegerField(choices=[(1, 'maanantai'), (2, 'tiistai'), (3, 'keskiviikko'), (4, 'torstai'), (5, 'perjantai'), (6, 'lauantai'), (7, 'sunnuntai')], verbose_name='viikonpäivä')),
                ('opens_minute', models.PositiveSmallIntegerField(verbose_name='aukeaa')),
                ('closes_minute', models.PositiveSmallIntegerField(verbose_name='sulkeutuu')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='windows', to='accounts.unit', verbose_name='yksikkö')),
            ],
            options={
                'verbose_name': 'aukioloaika',
                'verbose_name_plural': 'aukioloajat',
                'ordering': ['unit', 'channel', 'weekday', 'opens_minute'],
                'constraints': [models.CheckConstraint(condition=models.Q(('closes_minute__lte', 1440), ('opens_minute__lt', models.F('closes_minute')), ('weekday__range', (1, 7))), name='window_within_day'), models.UniqueConstraint(fields=('unit', 'channel', 'weekday', 'opens_minute'), name='window_once')],
            },
        ),
    ]
