"""A witness: it signs that a log only ever grew, so that a log cannot tell two stories.

It keeps the last checkpoint that it signed of each log, and signs the next one when a proof shows
that it begins with what was there (C2SP tlog-witness). It needs no database and no service, so that
somebody else can run it, across the border: docs/witness.md says how.
"""
