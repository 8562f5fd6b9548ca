"""The made-up words of the sweep, and where each of them is planted."""

SECRETS = {
    "thread": "kuutamolumme",  # what the family wrote
    "answer": "havupeitto",  # what the worker answered
    "message": "pakkaspilvi",  # what the family wrote in another contact of theirs
    "note": "merkkilaituri",
    "name": "Sumutar",
    "child": "Utupilvi",
    "ask": "tunnistussyyhyt",  # why the worker asked for identification
    "undo": "purkumutka",  # why a binding was undone
    "maturity": "kypsyysrapu",  # why a child decides, or does not
    "glass": "ikkunahela",  # why somebody broke the glass
    "feedback": "palautekaarna",
    "step": "jatkoheinikko",  # what was agreed at the end
    "erasure": "poistopuro",  # why the family wants to be erased
    "older_log": "vanhalouhikko",  # why the family wants to see the older part of the log
    "code": "010190-999P",  # the personal identity code, sealed in the database
    "accessibility": "esteetonkaisla",  # feedback on accessibility, which is no family's
    "reply_to": "vastauslahti",
    "notice": "ilmoitussalmi",  # the mailbox where the family is told that something waits, sealed in the database
    "number": "+46701740605",  # whom the family asked to call
    "consult": "kollegakallio",  # said between professionals, and linked to the family
    "asking": "kysymyskorpi",  # asked of a colleague beside the family's open contact
    "room": "vuorovaara",  # told to the next shift
    "proposal": "vastuuvirta",  # why this person should answer for the family
    "segment": "segmenttisuvanto",  # why the segment was decided
    "client_view": "omakatsesaari",  # the family's own view beside it
    "goal": "tavoitetunturi",
    "draft": "luonnoslampi",  # what the worker has begun to write, to the family and as a note
    "correction": "korjauskorpi",  # what the family wants corrected in its record
    "view": "näkemysniemi",  # what the family thinks that it needs, written beside its answers
    "referral": "ohjausojanne",  # what the worker wrote of the family to a service, which it has agreed to
}
