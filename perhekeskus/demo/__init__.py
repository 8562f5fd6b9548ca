"""The demo: a fictional wellbeing services county, its cast, its services and a few days of believable history."""
