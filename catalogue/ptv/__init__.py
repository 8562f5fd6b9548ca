"""The national service catalogue (Palvelutietovaranto, PTV), read onto our own model.

A reader (`reading.Reader`; `v11` is the first) turns what the source says into `records.Record`s, page by page.
`writing` writes a page in one transaction, leaving alone what people here have told otherwise (`overlay`). `runs` keeps
the whole.
"""
