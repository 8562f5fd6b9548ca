import django.contrib.postgres.fields
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
            name='Receiver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_fi', models.CharField(max_length=160, verbose_name='nimi suomeksi')),
                ('name_sv', models.CharField(blank=True, max_length=160, verbose_name='nimi ruotsiksi')),
                ('name_en', models.CharField(blank=True, max_length=160, verbose_name='nimi englanniksi')),
                ('email', models.EmailField(blank=True, help_text='Alustan ulkopuolella: tähän lähetetään linkki, ei koskaan sisältöä.', max_length=254, verbose_name='sähköposti')),
                ('answer_days', models.PositiveSmallIntegerField(default=5, help_text='Palvelupäivinä lähettämisestä; kiireellisessä puolet.', verbose_name='vastausaika')),
                ('assesses_needs', models.BooleanField(default=False, help_text='Sosiaalihuoltolain 36 §:n määräajat.', verbose_name='tekee palvelutarpeen arvion')),
                ('is_active', models.BooleanField(default=True, verbose_name='käytössä')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='järjestys')),
                ('provider', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.provider', verbose_name='tuottaja')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='receivers', to='accounts.unit', verbose_name='yksikkö')),
            ],
            options={
                'verbose_name': 'ohjausten vastaanottaja',
                'verbose_name_plural': 'ohjausten vastaanottajat',
                'ordering': ['order', 'name_fi'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('email', ''), ('unit__isnull', False)), models.Q(('unit__isnull', True), models.Q(('email', ''), _negated=True)), _connector='OR'), name='receiver_inside_or_outside'), models.CheckConstraint(condition=models.Q(('answer_days__gte', 1)), name='receiver_answers_in_days')],
            },
        ),
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('service', 'ohjaus palveluun'), ('needs_assessment', 'palvelutarpeen arviointi')], default='service', max_length=20)),
                ('state', models.CharField(choices=[('draft', 'luonnos'), ('sent', 'lähetetty'), ('received', 'vastaanotettu'), ('accepted', 'hyväksytty'), ('declined', 'ei otettu vastaan'), ('returned', 'palautettu täydennettäväksi'), ('started', 'alkanut'), ('completed', 'päättynyt'), ('lapsed', 'rauennut'), ('withdrawn', 'peruttu')], default='draft', max_length=10)),
                ('urgency', models.CharField(choices=[('normal', 'tavallinen'), ('soon', 'pian'), ('urgent', 'kiireellinen')], default='normal', max_length=10)),
                ('service_name', models.CharField(blank=True, default='', max_length=200)),
                ('made_at', models.DateTimeField()),
                ('summary', models.TextField(blank=True, default='', max_length=4000)),
                ('wish', models.TextField(blank=True, default='', max_length=4000)),
                ('is_warm', models.BooleanField(default=False)),
                ('warm_at', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('received_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('started_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('answer_due_at', models.DateTimeField(null=True)),
                ('start_due_on', models.DateField(null=True)),
                ('ready_due_on', models.DateField(null=True)),
                ('reminded_at', models.DateTimeField(null=True)),
                ('escalated_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('helped', 'perhe sai apua'), ('partly', 'perhe sai osan avusta'), ('not_needed', 'apua ei enää tarvittu'), ('family_stopped', 'perhe lopetti'), ('no_contact', 'perhettä ei tavoitettu')], default='', max_length=20)),
                ('taker_name', models.CharField(blank=True, default='', max_length=120)),
                ('seen_to_at', models.DateTimeField(null=True)),
                ('contact', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='guidance.contact')),
                ('follows', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='referrals.referral')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='referrals.receiver')),
                ('relationship', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='guidance.clientrelationship')),
                ('service', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalogue.service')),
                ('suggested', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='referrals.receiver')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit')),
                ('worker', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-made_at'],
                'indexes': [models.Index(fields=['relationship', '-made_at'], name='referral_of_relationship'), models.Index(condition=models.Q(('state__in', ['sent', 'received', 'accepted', 'started'])), fields=['receiver', 'state'], name='referral_live'), models.Index(condition=models.Q(('state', 'completed'), _negated=True), fields=['unit', 'state'], name='referral_of_sender'), models.Index(condition=models.Q(('state__in', ['sent', 'received'])), fields=['answer_due_at'], name='referral_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('outcome', ''), ('sent_at__isnull', True), ('state', 'draft')), models.Q(('answer_due_at__isnull', False), ('ended_at__isnull', True), ('outcome', ''), ('sent_at__isnull', False), ('state', 'sent')), models.Q(('answer_due_at__isnull', False), ('ended_at__isnull', True), ('outcome', ''), ('received_at__isnull', False), ('sent_at__isnull', False), ('state', 'received')), models.Q(('ended_at__isnull', True), ('outcome', ''), ('sent_at__isnull', False), ('state', 'returned')), models.Q(('answered_at__isnull', False), ('ended_at__isnull', True), ('outcome', ''), ('state', 'accepted')), models.Q(('answered_at__isnull', False), ('ended_at__isnull', True), ('outcome', ''), ('started_at__isnull', False), ('state', 'started')), models.Q(('ended_at__isnull', False), ('started_at__isnull', False), ('state', 'completed'), models.Q(('outcome', ''), _negated=True)), models.Q(('ended_at__isnull', False), ('outcome', ''), ('state__in', ['declined', 'lapsed', 'withdrawn'])), _connector='OR'), name='referral_state_agrees'), models.CheckConstraint(condition=models.Q(('kind__in', ['service', 'needs_assessment'])), name='referral_kind_known'), models.CheckConstraint(condition=models.Q(('state', 'draft'), ('state', 'withdrawn'), models.Q(('summary', ''), _negated=True), _connector='OR'), name='referral_says_what'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', True), ('sent_at__gte', models.F('made_at')), _connector='OR'), models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('made_at')), _connector='OR'), models.Q(('started_at__isnull', True), ('started_at__gte', models.F('answered_at')), _connector='OR')), name='referral_times_in_order'), models.CheckConstraint(condition=models.Q(('follows', models.F('id')), _negated=True), name='referral_follows_another')],
            },
        ),
        migrations.CreateModel(
            name='ReceiverLink',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('code_hash', models.CharField(blank=True, default='', max_length=64)),
                ('code_sent_at', models.DateTimeField(null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('opened_at', models.DateTimeField(null=True)),
                ('browser_hash', models.CharField(blank=True, default='', max_length=64)),
                ('browser_until', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='referrals.receiver')),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='referrals.referral')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('referral',), name='receiver_link_one_lives'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='receiver_link_expires'), models.CheckConstraint(condition=models.Q(('code_hash', ''), ('code_sent_at__isnull', False), _connector='OR'), name='receiver_link_code_agrees'), models.CheckConstraint(condition=models.Q(models.Q(('browser_hash', ''), ('browser_until__isnull', True)), models.Q(models.Q(('browser_hash', ''), _negated=True), ('browser_until__isnull', False), ('opened_at__isnull', False)), _connector='OR'), name='receiver_link_browser_agrees')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('items', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('summary', 'yhteenveto, jonka olet nähnyt'), ('name', 'nimi'), ('children', 'lapsen nimi ja syntymäaika'), ('plan', 'suunnitelma'), ('segment', 'arvio tuen tarpeesta'), ('conversation', 'keskustelu, josta ohjaus lähti')], max_length=20), size=None)),
                ('others_too', models.BooleanField(default=False)),
                ('until_on', models.DateField()),
                ('asked_at', models.DateTimeField()),
                ('given_at', models.DateTimeField(null=True)),
                ('given_how', models.CharField(blank=True, choices=[('own_page', 'omalla sivulla'), ('spoken', 'suullisesti, työntekijä kirjasi')], default='', max_length=10)),
                ('refused_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='referrals.receiver')),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='referrals.referral')),
            ],
            options={
                'ordering': ['-asked_at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('refused_at__isnull', True), ('revoked_at__isnull', True)), fields=('referral',), name='consent_one_lives'), models.CheckConstraint(condition=models.Q(models.Q(('given_at__isnull', True), ('given_how', ''), ('revoked_at__isnull', True)), models.Q(('given_at__isnull', False), ('refused_at__isnull', True), models.Q(('given_how', ''), _negated=True)), _connector='OR'), name='consent_given_or_refused'), models.CheckConstraint(condition=models.Q(models.Q(('given_how', 'spoken'), ('recorded_by__isnull', False)), models.Q(models.Q(('given_how', 'spoken'), _negated=True), ('recorded_by__isnull', True)), _connector='OR'), name='consent_spoken_is_recorded'), models.CheckConstraint(condition=models.Q(models.Q(('given_at__isnull', True), ('given_at__gte', models.F('asked_at')), _connector='OR'), models.Q(('revoked_at__isnull', True), ('revoked_at__gte', models.F('given_at')), _connector='OR')), name='consent_times_in_order')],
            },
        ),
        migrations.CreateModel(
            name='ReferralFeeling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('feeling', models.PositiveSmallIntegerField()),
                ('word', models.TextField(blank=True, default='', max_length=1000)),
                ('at', models.DateTimeField()),
                ('referral', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='feeling', to='referrals.referral')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('feeling__gte', 1), ('feeling__lte', 5)), name='referral_feeling_known')],
            },
        ),
        migrations.CreateModel(
            name='ReferralStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('transition', models.CharField(max_length=20)),
                ('from_state', models.CharField(blank=True, choices=[('draft', 'luonnos'), ('sent', 'lähetetty'), ('received', 'vastaanotettu'), ('accepted', 'hyväksytty'), ('declined', 'ei otettu vastaan'), ('returned', 'palautettu täydennettäväksi'), ('started', 'alkanut'), ('completed', 'päättynyt'), ('lapsed', 'rauennut'), ('withdrawn', 'peruttu')], default='', max_length=10)),
                ('to_state', models.CharField(choices=[('draft', 'luonnos'), ('sent', 'lähetetty'), ('received', 'vastaanotettu'), ('accepted', 'hyväksytty'), ('declined', 'ei otettu vastaan'), ('returned', 'palautettu täydennettäväksi'), ('started', 'alkanut'), ('completed', 'päättynyt'), ('lapsed', 'rauennut'), ('withdrawn', 'peruttu')], max_length=10)),
                ('by', models.CharField(choices=[('sender', 'lähettäjä'), ('receiver', 'vastaanottaja'), ('family', 'perhe'), ('platform', 'järjestelmä')], max_length=10)),
                ('words', models.TextField(blank=True, default='', max_length=4000)),
                ('at', models.DateTimeField()),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='referrals.receiver')),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='referrals.referral')),
                ('staff', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
    ]
