"""What an auditor receives: one zip with facts, their proof, and the same facts for people and for
programs to read. `audit/verify.py` checks it, without us and without this package.

    bundle.json      what it is about, and the figures that the facts make
    checkpoint       what the register signed, and whoever cosigned it
    proof.txt        which entries of the register they are, and the hashes to the root
    leaves           the hash of each of these entries, so that a line that is wrong can be named
    facts.jsonl      the entries, one a line, to the byte
    disclosed.jsonl  details of people that the facts commit to, if any were asked for
    facts.csv, facts.parquet, prov.json, index.html   the same for spreadsheets, programs, people
"""
