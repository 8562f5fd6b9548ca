import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Visitor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('return_code_hash', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='sähköposti')),
                ('first_name', models.CharField(max_length=60, verbose_name='etunimi')),
                ('last_name', models.CharField(max_length=60, verbose_name='sukunimi')),
                ('title_fi', models.CharField(blank=True, max_length=80, verbose_name='nimike suomeksi')),
                ('title_sv', models.CharField(blank=True, max_length=80, verbose_name='nimike ruotsiksi')),
                ('title_en', models.CharField(blank=True, max_length=80, verbose_name='nimike englanniksi')),
                ('language', models.CharField(choices=[('fi', 'suomi'), ('sv', 'ruotsi'), ('en', 'englanti')], default='fi', max_length=2, verbose_name='käyttökieli')),
                ('is_active', models.BooleanField(default=True, verbose_name='käytössä')),
                ('is_staff', models.BooleanField(default=False, verbose_name='pääsee ylläpitoon')),
                ('date_joined', models.DateTimeField(auto_now_add=True)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'työntekijä',
                'verbose_name_plural': 'työntekijät',
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_lower')],
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('name_fi', models.CharField(max_length=120, verbose_name='nimi suomeksi')),
                ('name_sv', models.CharField(blank=True, max_length=120, verbose_name='nimi ruotsiksi')),
                ('name_en', models.CharField(blank=True, max_length=120, verbose_name='nimi englanniksi')),
                ('is_front_door', models.BooleanField(default=False, verbose_name='uudet yhteydenotot tulevat tänne')),
            ],
            options={
                'verbose_name': 'yksikkö',
                'verbose_name_plural': 'yksiköt',
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_front_door', True)), fields=('is_front_door',), name='unit_one_front_door')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('worker', 'ohjaaja'), ('professional', 'ammattilainen'), ('supervisor', 'esihenkilö'), ('catalogue_admin', 'palvelutietojen ylläpitäjä')], max_length=20, verbose_name='rooli')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='päättynyt')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='accounts.unit')),
            ],
            options={
                'verbose_name': 'rooli',
                'verbose_name_plural': 'roolit',
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('user', 'unit', 'role'), name='membership_once_at_a_time'), models.CheckConstraint(condition=models.Q(('role__in', ['worker', 'professional', 'supervisor', 'catalogue_admin'])), name='membership_role_known')],
            },
        ),
        migrations.CreateModel(
            name='VisitorKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
                ('forgotten_at', models.DateTimeField(null=True)),
                ('visitor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='keys', to='accounts.visitor')),
            ],
        ),
    ]
