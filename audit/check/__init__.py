"""Compare every log with the register, byte for byte, and the register with what was signed of it.

It shares nothing with the notary but how an entry is made, and believes no hash that is stored.
"""
