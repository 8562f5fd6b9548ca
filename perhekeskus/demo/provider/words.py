"""The provider's words in three languages; the platform's catalogues know nothing of another organisation's pages."""

from collections.abc import Mapping, Sequence

from perhekeskus.demo.provider.faults import Fault

LANGUAGES = {"fi": "Suomi", "sv": "Svenska", "en": "English"}

WORDS: dict[str, tuple[str, str, str]] = {
    "brand": ("Testitunnistus", "Testidentifiering", "Test identification"),
    "notice": (
        "Demo – tämä ei ole oikea tunnistus",
        "Demo – det här är ingen riktig identifiering",
        "Demo – this is not a real identification",
    ),
    "notice_more": (
        "Henkilöt ja henkilötunnukset ovat keksittyjä.",
        "Personerna och personbeteckningarna är påhittade.",
        "The people and their identity codes are made up.",
    ),
    "title": ("Kuka olet?", "Vem är du?", "Who are you?"),
    "lead": (
        "{service} pyytää sinua tunnistautumaan. Valitse henkilö, jona jatkat.",
        "{service} ber dig identifiera dig. Välj den person som du fortsätter som.",
        "{service} asks you to identify yourself. Choose the person to continue as.",
    ),
    "people": ("Henkilö", "Person", "Person"),
    "eka": ("Lapsen huoltaja", "Ett barns vårdnadshavare", "A child’s guardian"),
    "toka": ("Saman lapsen toinen huoltaja", "Samma barns andra vårdnadshavare", "The same child’s other guardian"),
    "svensk": ("Ruotsinkielinen huoltaja", "Svenskspråkig vårdnadshavare", "Swedish-speaking guardian"),
    "nuori": ("Nuori, 16 vuotta", "Ung person, 16 år", "Young person, 16 years"),
    "turva": (
        "Huoltaja, jolla on turvakielto",
        "Vårdnadshavare med spärrmarkering",
        "Guardian with a non-disclosure order",
    ),
    "eidas": (
        "Toisesta EU-maasta, ei suomalaista henkilötunnusta",
        "Från ett annat EU-land, ingen finländsk personbeteckning",
        "From another EU country, no Finnish identity code",
    ),
    "level": ("Tunnistuksen varmuustaso", "Identifieringens tillitsnivå", "Level of assurance"),
    "substantial": ("Korotettu", "Väsentlig", "Substantial"),
    "high": ("Korkea", "Hög", "High"),
    "told": (
        "{service} saa tietää nimen, syntymäajan ja henkilötunnuksen, jos sellainen on.",
        "{service} får veta namnet, födelsedatumet och personbeteckningen, om det finns en.",
        "{service} is told the name, the date of birth and the identity code, if there is one.",
    ),
    "go": ("Tunnistaudu", "Identifiera dig", "Identify yourself"),
    "cancel": ("Peruuta ja palaa", "Avbryt och gå tillbaka", "Cancel and go back"),
    "try_fault": ("Kokeile virhettä", "Prova ett fel", "Try a fault"),
    "try_fault_more": (
        "Testaajalle: tunnistus vastaa väärin valitulla tavalla. Palvelun pitää torjua vastaus.",
        "För testare: identifieringen svarar fel på det valda sättet. Tjänsten ska avvisa svaret.",
        "For testers: the answer is wrong in the chosen way. The service must refuse it.",
    ),
    "fault": ("Virhe", "Fel", "Fault"),
    "nothing_to_repeat": (
        "Ei ole vielä mitään toistettavaa. Tunnistaudu ensin kerran ilman virhettä.",
        "Det finns inget att upprepa ännu. Identifiera dig först en gång utan fel.",
        "There is nothing to repeat yet. Identify yourself once without a fault first.",
    ),
    "language": ("Kieli", "Språk", "Language"),
    "late_title": ("Tunnistus ei ole enää kesken", "Identifieringen pågår inte längre", "This identification is over"),
    "late": (
        "Se on jo valmis, se on peruttu tai siitä on kulunut yli tunti. Palaa palveluun ja aloita siellä uudelleen.",
        "Den är redan klar, den har avbrutits eller så har över en timme gått. Gå till tjänsten och börja om där.",
        "It is finished, it was cancelled, or over an hour has passed. Go back to the service and start again there.",
    ),
    "welcome": (
        "Tänne tullaan palvelusta, joka pyytää tunnistautumaan. Aloita sieltä.",
        "Hit kommer man från en tjänst som ber om identifiering. Börja där.",
        "One comes here from a service that asks for identification. Start there.",
    ),
}

FAULTS: dict[Fault, tuple[str, str, str]] = {
    Fault.NONE: ("Ei virhettä", "Inget fel", "No fault"),
    Fault.WRONG_AUD: (
        "Tarkoitettu toiselle palvelulle (aud)",
        "Avsett för en annan tjänst (aud)",
        "Meant for another service (aud)",
    ),
    Fault.WRONG_ISS: (
        "Toisen tunnistajan nimissä (iss)",
        "I en annan utfärdares namn (iss)",
        "In another provider’s name (iss)",
    ),
    Fault.WRONG_NONCE: (
        "Vastaus toiseen kysymykseen (nonce)",
        "Svar på en annan fråga (nonce)",
        "Answer to another question (nonce)",
    ),
    Fault.MISSING_NONCE: ("Kysymyksen tunniste puuttuu (nonce)", "Frågans kännetecken saknas (nonce)", "Missing nonce"),
    Fault.EXPIRED: ("Vanhentunut (exp)", "Föråldrat (exp)", "Expired (exp)"),
    Fault.FUTURE_IAT: ("Annettu tulevaisuudessa (iat)", "Utfärdat i framtiden (iat)", "Issued in the future (iat)"),
    Fault.LOW_ACR: ("Liian matala varmuustaso (acr)", "För låg tillitsnivå (acr)", "Level of assurance too low (acr)"),
    Fault.MISSING_ACR: ("Varmuustaso puuttuu (acr)", "Tillitsnivån saknas (acr)", "Missing level of assurance (acr)"),
    Fault.OLD_AUTH_TIME: (
        "Tunnistettu eilen (auth_time)",
        "Identifierad i går (auth_time)",
        "Identified yesterday (auth_time)",
    ),
    Fault.MISSING_AUTH_TIME: (
        "Tunnistushetki puuttuu (auth_time)",
        "Identifieringens tid saknas (auth_time)",
        "Missing time of identification (auth_time)",
    ),
    Fault.MISSING_PERSON: ("Henkilön tiedot puuttuvat", "Personens uppgifter saknas", "Nothing about the person"),
    Fault.UNSIGNED: ("Allekirjoittamaton (alg none)", "Osignerat (alg none)", "Unsigned (alg none)"),
    Fault.ALGORITHM_SWAP: (
        "Allekirjoitustapa vaihdettu (HS256)",
        "Signaturmetoden utbytt (HS256)",
        "Algorithm swapped (HS256)",
    ),
    Fault.UNKNOWN_KEY: (
        "Allekirjoitettu vieraalla avaimella",
        "Signerat med en främmande nyckel",
        "Signed with a foreign key",
    ),
    Fault.BROKEN_SIGNATURE: ("Rikkinäinen allekirjoitus", "Trasig signatur", "Broken signature"),
    Fault.NOT_ENCRYPTED: ("Salaamaton", "Okrypterat", "Not encrypted"),
    Fault.NESTED_TWICE: ("Salattu kahteen kertaan", "Krypterat två gånger", "Encrypted twice"),
    Fault.TRUNCATED: ("Katkennut kesken", "Avkortat", "Cut off"),
    Fault.REPLAY: ("Edellinen vastaus uudelleen", "Föregående svar på nytt", "The previous answer again"),
    Fault.REPEATED_JTI: (
        "Edellisen vastauksen tunniste uudelleen (jti)",
        "Föregående svars kännetecken på nytt (jti)",
        "The previous answer’s identifier again (jti)",
    ),
    Fault.WRONG_STATE: (
        "Paluu toiseen istuntoon (state)",
        "Återkomst till en annan session (state)",
        "Return to another session (state)",
    ),
    Fault.WRONG_ISS_PARAMETER: (
        "Paluu toisen tunnistajan nimissä (iss)",
        "Återkomst i en annan utfärdares namn (iss)",
        "Return in another provider’s name (iss)",
    ),
    Fault.SERVER_ERROR: (
        "Tunnistajan häiriö (server_error)",
        "Störning hos utfärdaren (server_error)",
        "Trouble at the provider (server_error)",
    ),
    Fault.TOKEN_ERROR: (
        "Vastausta ei saa noudettua (500)",
        "Svaret kan inte hämtas (500)",
        "The answer cannot be fetched (500)",
    ),
    Fault.SLOW: ("Vastaus viipyy 30 sekuntia", "Svaret dröjer 30 sekunder", "The answer takes 30 seconds"),
    Fault.HUGE: ("Vastaus on valtava", "Svaret är enormt", "The answer is huge"),
}


def language_of(chosen: str, locales: Sequence[str]) -> str:
    """The language chosen on the page, else the first that the service asked for and we have, else Finnish."""
    for name in (chosen, *locales):
        if (code := name.lower().split("-")[0]) in LANGUAGES:
            return code
    return "fi"


def say(key: str, language: str, values: Mapping[str, str] | None = None) -> str:
    text = WORDS[key][list(LANGUAGES).index(language)]
    return text.format(**values) if values else text


def say_fault(fault: Fault, language: str) -> str:
    return FAULTS[fault][list(LANGUAGES).index(language)]
