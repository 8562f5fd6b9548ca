"""Version 11 of the interface, from files of its records and over HTTP."""
