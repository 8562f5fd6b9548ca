from django.conf import settings
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0004_catalogue_model'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='channel',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('value', ''), _negated=True), ('kind', 'visit'), _connector='OR'), name='channel_leads_somewhere'),
        ),
        migrations.AddField(
            model_name='code',
            name='broader',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='narrower', to='catalogue.code', verbose_name='ylempi'),
        ),
        migrations.AddField(
            model_name='exceptionalday',
            name='channel',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='exceptions', to='catalogue.channel'),
        ),
        migrations.AddField(
            model_name='generaldescription',
            name='codes',
            field=models.ManyToManyField(blank=True, related_name='+', to='catalogue.code', verbose_name='luokat'),
        ),
        migrations.AddConstraint(
            model_name='importrun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'running')), models.Q(models.Q(('state', 'running'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='import_ended_or_running'),
        ),
        migrations.AddField(
            model_name='importline',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='catalogue.importrun'),
        ),
        migrations.AddField(
            model_name='localedit',
            name='channel',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='local_edits', to='catalogue.channel'),
        ),
        migrations.AddField(
            model_name='localedit',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='location',
            name='municipality',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.area', verbose_name='kunta'),
        ),
        migrations.AddField(
            model_name='localedit',
            name='location',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='local_edits', to='catalogue.location'),
        ),
        migrations.AddField(
            model_name='exceptionalday',
            name='location',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='exceptions', to='catalogue.location'),
        ),
        migrations.AddConstraint(
            model_name='missedsearch',
            constraint=models.UniqueConstraint(fields=('words', 'language', 'on'), name='missed_search_once_a_day'),
        ),
        migrations.AddField(
            model_name='provider',
            name='municipality',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalogue.area', verbose_name='kunta'),
        ),
        migrations.AddField(
            model_name='location',
            name='provider',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='locations', to='catalogue.provider', verbose_name='tuottaja'),
        ),
        migrations.AddField(
            model_name='localedit',
            name='provider',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='local_edits', to='catalogue.provider'),
        ),
        migrations.AddField(
            model_name='service',
            name='areas',
            field=models.ManyToManyField(blank=True, related_name='services', to='catalogue.area', verbose_name='alueet'),
        ),
        migrations.AddField(
            model_name='service',
            name='codes',
            field=models.ManyToManyField(blank=True, related_name='services', to='catalogue.code', verbose_name='luokat'),
        ),
        migrations.AddField(
            model_name='service',
            name='general',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='services', to='catalogue.generaldescription', verbose_name='pohjakuvaus'),
        ),
        migrations.AddField(
            model_name='service',
            name='provider',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='catalogue.provider', verbose_name='tuottaja'),
        ),
        migrations.AddField(
            model_name='service',
            name='reviewed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='tarkistaja'),
        ),
        migrations.AddField(
            model_name='service',
            name='situations',
            field=models.ManyToManyField(blank=True, related_name='services', to='catalogue.lifesituation', verbose_name='elämäntilanteet'),
        ),
        migrations.AddField(
            model_name='localedit',
            name='service',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='local_edits', to='catalogue.service'),
        ),
        migrations.AddField(
            model_name='servicechannel',
            name='channel',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='for_services', to='catalogue.channel'),
        ),
        migrations.AddField(
            model_name='servicechannel',
            name='service',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='through_channels', to='catalogue.service'),
        ),
        migrations.AddField(
            model_name='service',
            name='channels',
            field=models.ManyToManyField(related_name='services', through='catalogue.ServiceChannel', to='catalogue.channel', verbose_name='yhteyskanavat'),
        ),
        migrations.AddField(
            model_name='servicelocation',
            name='location',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='for_services', to='catalogue.location'),
        ),
        migrations.AddField(
            model_name='servicelocation',
            name='service',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='at_locations', to='catalogue.service'),
        ),
        migrations.AddField(
            model_name='service',
            name='locations',
            field=models.ManyToManyField(related_name='services', through='catalogue.ServiceLocation', to='catalogue.location', verbose_name='toimipisteet'),
        ),
        migrations.AddField(
            model_name='synonym',
            name='services',
            field=models.ManyToManyField(blank=True, related_name='synonyms', to='catalogue.service', verbose_name='palvelut'),
        ),
        migrations.AddField(
            model_name='synonym',
            name='situations',
            field=models.ManyToManyField(blank=True, related_name='synonyms', to='catalogue.lifesituation', verbose_name='elämäntilanteet'),
        ),
        migrations.AddField(
            model_name='weeklyhours',
            name='channel',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='weekly', to='catalogue.channel'),
        ),
        migrations.AddField(
            model_name='weeklyhours',
            name='location',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='weekly', to='catalogue.location'),
        ),
        migrations.AddConstraint(
            model_name='area',
            constraint=models.UniqueConstraint(fields=('kind', 'code'), name='area_code_once'),
        ),
        migrations.AddConstraint(
            model_name='area',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('code__regex', '^\\d{3}$'), ('kind', 'municipality')), models.Q(('code__regex', '^\\d{2}$'), ('county__isnull', True), ('kind', 'county')), _connector='OR'), name='area_code_by_kind'),
        ),
        migrations.AddConstraint(
            model_name='generaldescription',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name_fi', ''), _negated=True), models.Q(('name_sv', ''), _negated=True), models.Q(('name_en', ''), _negated=True), _connector='OR'), name='general_description_named'),
        ),
        migrations.AddIndex(
            model_name='importline',
            index=models.Index(fields=['run', 'act'], name='catalogue_i_run_id_2af9cd_idx'),
        ),
        migrations.AddConstraint(
            model_name='exceptionalday',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel__isnull', True), ('location__isnull', False)), models.Q(('channel__isnull', False), ('location__isnull', True)), _connector='OR'), name='exceptional_day_of_one'),
        ),
        migrations.AddConstraint(
            model_name='exceptionalday',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closes_minute__isnull', True), ('opens_minute__isnull', True)), models.Q(('closes_minute__isnull', False), ('closes_minute__lte', 1440), ('opens_minute__isnull', False), ('opens_minute__lt', models.F('closes_minute'))), _connector='OR'), name='exceptional_day_both_or_neither'),
        ),
        migrations.AddConstraint(
            model_name='provider',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name_fi', ''), _negated=True), models.Q(('name_sv', ''), _negated=True), models.Q(('name_en', ''), _negated=True), _connector='OR'), name='provider_named'),
        ),
        migrations.AddConstraint(
            model_name='location',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name_fi', ''), _negated=True), models.Q(('name_sv', ''), _negated=True), models.Q(('name_en', ''), _negated=True), _connector='OR'), name='location_named'),
        ),
        migrations.AddConstraint(
            model_name='location',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lat__isnull', True), ('lon__isnull', True)), models.Q(('lat__range', (-90, 90)), ('lon__range', (-180, 180))), _connector='OR'), name='location_on_earth'),
        ),
        migrations.AddConstraint(
            model_name='localedit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel__isnull', True), ('location__isnull', True), ('provider__isnull', True), ('service__isnull', False)), models.Q(('channel__isnull', True), ('location__isnull', True), ('provider__isnull', False), ('service__isnull', True)), models.Q(('channel__isnull', True), ('location__isnull', False), ('provider__isnull', True), ('service__isnull', True)), models.Q(('channel__isnull', False), ('location__isnull', True), ('provider__isnull', True), ('service__isnull', True)), _connector='OR'), name='local_edit_of_one_record'),
        ),
        migrations.AddConstraint(
            model_name='localedit',
            constraint=models.UniqueConstraint(condition=models.Q(('service__isnull', False)), fields=('service', 'field'), name='local_edit_once_service'),
        ),
        migrations.AddConstraint(
            model_name='localedit',
            constraint=models.UniqueConstraint(condition=models.Q(('provider__isnull', False)), fields=('provider', 'field'), name='local_edit_once_provider'),
        ),
        migrations.AddConstraint(
            model_name='localedit',
            constraint=models.UniqueConstraint(condition=models.Q(('location__isnull', False)), fields=('location', 'field'), name='local_edit_once_location'),
        ),
        migrations.AddConstraint(
            model_name='localedit',
            constraint=models.UniqueConstraint(condition=models.Q(('channel__isnull', False)), fields=('channel', 'field'), name='local_edit_once_channel'),
        ),
        migrations.AddConstraint(
            model_name='servicechannel',
            constraint=models.UniqueConstraint(fields=('service', 'channel'), name='service_through_channel_once'),
        ),
        migrations.AddConstraint(
            model_name='servicelocation',
            constraint=models.UniqueConstraint(fields=('service', 'location'), name='service_at_location_once'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name_fi', ''), _negated=True), models.Q(('name_sv', ''), _negated=True), models.Q(('name_en', ''), _negated=True), _connector='OR'), name='service_named'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(('age_from__isnull', True), ('age_to__isnull', True), ('age_from__lte', models.F('age_to')), _connector='OR'), name='service_ages_in_order'),
        ),
        migrations.AddConstraint(
            model_name='synonym',
            constraint=models.CheckConstraint(condition=models.Q(('words', []), _negated=True), name='synonym_has_words'),
        ),
        migrations.AddConstraint(
            model_name='weeklyhours',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel__isnull', True), ('location__isnull', False)), models.Q(('channel__isnull', False), ('location__isnull', True)), _connector='OR'), name='weekly_hours_of_one'),
        ),
        migrations.AddConstraint(
            model_name='weeklyhours',
            constraint=models.CheckConstraint(condition=models.Q(('closes_minute__lte', 1440), ('opens_minute__lt', models.F('closes_minute')), ('weekday__range', (1, 7))), name='weekly_hours_within_day'),
        ),
        migrations.AddConstraint(
            model_name='weeklyhours',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from__isnull', True), ('valid_to__isnull', True), ('valid_from__lte', models.F('valid_to')), _connector='OR'), name='weekly_hours_valid_in_order'),
        ),
    ]
