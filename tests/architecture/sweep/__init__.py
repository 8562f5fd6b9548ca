"""The sweep: every address asked as everybody, and nothing that is foreign told to anybody."""
