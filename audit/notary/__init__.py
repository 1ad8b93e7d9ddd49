"""The notary: it enters what happened in all services into the register, and signs the register.

It reads the logs over the roles of auditors, in rounds, and asks no service. What it is about to
sign it notes in a file outside of the database first, so that it never signs two histories,
whatever dies or is restored: docs/decisions/0015 says why, docs/operating.md what to do when it
refuses.
"""
