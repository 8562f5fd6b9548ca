"""The search over services, in the reader's own words.

`words` tells what a word is made of; `index` keeps the words of every service when it is saved; `query` reads what the
reader wrote; `finding` asks the database. Nothing here knows who asks.
"""
