import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_every_door'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('catalogue', '0002_emergency_phone_by_language'),
        ('guidance', '0006_looks'),
    ]

    operations = [
        migrations.CreateModel(
            name='CallbackAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ordinal', models.PositiveSmallIntegerField()),
                ('nonce', models.UUIDField()),
                ('outcome', models.CharField(choices=[('reached', 'Tavoitettu'), ('no_answer', 'Ei vastannut'), ('wrong_number', 'Väärä numero')], max_length=12)),
                ('at', models.DateTimeField()),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['ordinal'],
                'constraints': [models.CheckConstraint(condition=models.Q(('outcome__in', ['reached', 'no_answer', 'wrong_number'])), name='attempt_outcome_known'), models.CheckConstraint(condition=models.Q(('ordinal__gte', 1)), name='attempt_ordinal_from_one')],
            },
        ),
        migrations.CreateModel(
            name='CallbackRequest',
            fields=[
                ('contact', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='callback', serialize=False, to='guidance.contact')),
                ('number_sealed', models.TextField(blank=True)),
                ('number_end', models.CharField(blank=True, max_length=4)),
                ('wishes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('morning', 'aamulla (8–10)'), ('forenoon', 'aamupäivällä (10–12)'), ('afternoon', 'iltapäivällä (12–14)'), ('late_afternoon', 'myöhemmin iltapäivällä (14–16)')], max_length=20), blank=True, default=list, size=None)),
                ('next_try_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('wishes__contained_by', ['morning', 'forenoon', 'afternoon', 'late_afternoon'])), name='callback_wishes_known'), models.CheckConstraint(condition=models.Q(models.Q(('number_sealed', ''), ('number_end', '')), models.Q(models.Q(('number_sealed', ''), _negated=True), models.Q(('number_end', ''), _negated=True)), _connector='OR'), name='callback_number_whole_or_gone')],
            },
        ),
        migrations.CreateModel(
            name='Consultation',
            fields=[
                ('contact', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='consultation', serialize=False, to='guidance.contact')),
                ('kind', models.CharField(choices=[('consultation', 'Consultation'), ('room', 'Room')], default='consultation', max_length=12)),
                ('title', models.CharField(blank=True, default='', max_length=120)),
                ('linked_at', models.DateTimeField(null=True)),
                ('room_on', models.DateField(null=True)),
                ('room_unit_id', models.BigIntegerField(null=True)),
                ('about', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='consultations', to='guidance.contact')),
                ('linked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('relationship', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='consultations', to='guidance.clientrelationship')),
                ('to_profession', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.profession')),
                ('to_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('to_user__isnull', True), ('to_profession__isnull', True), _connector='OR'), name='consultation_asks_one'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'consultation'), ('room_on__isnull', True), ('room_unit_id__isnull', True)), models.Q(('about__isnull', True), ('kind', 'room'), ('relationship__isnull', True), ('room_on__isnull', False), ('room_unit_id__isnull', False), ('to_profession__isnull', True), ('to_user__isnull', True)), _connector='OR'), name='consultation_kind_agrees'), models.CheckConstraint(condition=models.Q(models.Q(('linked_at__isnull', True), ('linked_by__isnull', True), ('relationship__isnull', True)), models.Q(('linked_at__isnull', False), ('linked_by__isnull', False), ('relationship__isnull', False)), _connector='OR'), name='consultation_link_agrees'), models.CheckConstraint(condition=models.Q(('about', models.F('contact')), _negated=True), name='consultation_not_about_itself'), models.UniqueConstraint(condition=models.Q(('kind', 'room')), fields=('room_unit_id', 'room_on'), name='consultation_one_room_a_day')],
            },
        ),
        migrations.CreateModel(
            name='ConsultationMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('joined_at', models.DateTimeField()),
                ('left_at', models.DateTimeField(null=True)),
                ('seen_seq', models.PositiveIntegerField(default=0)),
                ('consultation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='guidance.consultation')),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consultation_seats', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('left_at__isnull', True)), fields=['user'], name='consultation_seats')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('left_at__isnull', True)), fields=('consultation', 'user'), name='consultation_member_once'), models.CheckConstraint(condition=models.Q(('left_at__isnull', True), ('left_at__gte', models.F('joined_at')), _connector='OR'), name='consultation_member_times')],
            },
        ),
        migrations.CreateModel(
            name='CustomerPromise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('chat', 'Chat'), ('message', 'Viesti'), ('callback', 'Takaisinsoitto')], max_length=20, unique=True, verbose_name='kanava')),
                ('within', models.PositiveSmallIntegerField(verbose_name='enintään')),
                ('measure', models.CharField(choices=[('minutes', 'minuuttia'), ('service_days', 'palvelupäivää')], max_length=12, verbose_name='yksikkö')),
                ('text_fi', models.TextField(verbose_name='lupaus suomeksi')),
                ('text_sv', models.TextField(blank=True, verbose_name='lupaus ruotsiksi')),
                ('text_en', models.TextField(blank=True, verbose_name='lupaus englanniksi')),
            ],
            options={
                'verbose_name': 'asiakaslupaus',
                'verbose_name_plural': 'asiakaslupaukset',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('within__range', (1, 600))), name='promise_within'), models.CheckConstraint(condition=models.Q(('measure__in', ['minutes', 'service_days'])), name='promise_measure_known'), models.CheckConstraint(condition=models.Q(('channel__in', ['chat', 'message', 'callback'])), name='promise_channel_known')],
            },
        ),
        migrations.CreateModel(
            name='DangerWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('fi', 'suomi'), ('sv', 'ruotsi'), ('en', 'englanti')], max_length=2, verbose_name='kieli')),
                ('stem', models.CharField(max_length=60, verbose_name='sanan alku')),
            ],
            options={
                'verbose_name': 'vaarasta kertova sana',
                'verbose_name_plural': 'vaarasta kertovat sanat',
                'ordering': ['language', 'stem'],
                'constraints': [models.UniqueConstraint(fields=('language', 'stem'), name='danger_word_once'), models.CheckConstraint(condition=models.Q(('stem', ''), _negated=True), name='danger_word_not_empty')],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('room', models.CharField(choices=[('thread', 'Thread'), ('note', 'Note')], default='thread', max_length=6)),
                ('body', models.TextField(max_length=8000)),
                ('saved_at', models.DateTimeField()),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='guidance.contact')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'contact', 'room'), name='draft_one_a_room'), models.CheckConstraint(condition=models.Q(('body', ''), _negated=True), name='draft_not_empty')],
            },
        ),
        migrations.CreateModel(
            name='Etiquette',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='järjestys')),
                ('title_fi', models.CharField(max_length=80, verbose_name='otsikko suomeksi')),
                ('title_sv', models.CharField(blank=True, max_length=80, verbose_name='otsikko ruotsiksi')),
                ('title_en', models.CharField(blank=True, max_length=80, verbose_name='otsikko englanniksi')),
                ('body_fi', models.TextField(verbose_name='ohje suomeksi')),
                ('body_sv', models.TextField(blank=True, verbose_name='ohje ruotsiksi')),
                ('body_en', models.TextField(blank=True, verbose_name='ohje englanniksi')),
            ],
            options={
                'verbose_name': 'kirjoittamisen ohje',
                'verbose_name_plural': 'kirjoittamisen ohjeet',
                'ordering': ['order', 'title_fi'],
            },
        ),
        migrations.CreateModel(
            name='RoutingRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='järjestys')),
                ('channel', models.CharField(blank=True, choices=[('chat', 'Chat'), ('message', 'Viesti'), ('callback', 'Takaisinsoitto'), ('phone', 'Puhelu'), ('visit', 'Käynti'), ('consultation', 'Konsultaatio')], default='', max_length=20, verbose_name='kanava')),
                ('language', models.CharField(blank=True, choices=[('fi', 'suomi'), ('sv', 'ruotsi'), ('en', 'englanti')], default='', max_length=2, verbose_name='kieli')),
                ('topic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalogue.topic', verbose_name='aihe')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.unit', verbose_name='yksikkö')),
            ],
            options={
                'verbose_name': 'ohjaussääntö',
                'verbose_name_plural': 'ohjaussäännöt',
                'ordering': ['order', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('channel', ''), _negated=True), models.Q(('language', ''), _negated=True), ('topic__isnull', False), _connector='OR'), name='routing_asks_something')],
            },
        ),
        migrations.RemoveConstraint(
            model_name='contact',
            name='contact_state_agrees',
        ),
        migrations.AddField(
            model_name='contact',
            name='asked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='contact',
            name='due_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='contact',
            name='pooled_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='contact',
            name='priority',
            field=models.CharField(blank=True, choices=[('', 'ei poikkeavaa'), ('suspected', 'tarkista heti'), ('confirmed', 'kiireellinen'), ('dismissed', 'tarkistettu, ei hätää')], default='', max_length=10),
        ),
        migrations.AddField(
            model_name='contact',
            name='priority_checked_seq',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='contact',
            name='relationship',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='guidance.clientrelationship'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('outcome', ''), ('state', 'waiting'), ('worker__isnull', True)), models.Q(('closed_at__isnull', True), ('joined_at__isnull', False), ('outcome', ''), ('state', 'open'), models.Q(('worker__isnull', False), ('channel', 'consultation'), _connector='OR')), models.Q(('closed_at__isnull', False), ('state', 'closed'), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='contact_state_agrees'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel', 'consultation'), ('relationship__isnull', True), ('visitor__isnull', True)), models.Q(models.Q(('channel', 'consultation'), _negated=True), ('asked_by__isnull', True), ('relationship__isnull', False)), _connector='OR'), name='contact_of_a_family_or_among_staff'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.UniqueConstraint(condition=models.Q(('asked_by__isnull', False)), fields=('asked_by', 'open_nonce'), name='contact_asked_nonce'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.CheckConstraint(condition=models.Q(('priority__in', ['', 'suspected', 'confirmed', 'dismissed'])), name='contact_priority_known'),
        ),
        migrations.AddField(
            model_name='callbackattempt',
            name='callback',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='guidance.callbackrequest'),
        ),
        migrations.AddConstraint(
            model_name='callbackattempt',
            constraint=models.UniqueConstraint(fields=('callback', 'ordinal'), name='attempt_in_order'),
        ),
        migrations.AddConstraint(
            model_name='callbackattempt',
            constraint=models.UniqueConstraint(fields=('callback', 'nonce'), name='attempt_once'),
        ),
        migrations.AddConstraint(
            model_name='callbackattempt',
            constraint=models.UniqueConstraint(condition=models.Q(('outcome', 'reached')), fields=('callback',), name='attempt_reached_once'),
        ),
    ]
