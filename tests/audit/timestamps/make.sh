#!/bin/sh
# Makes these files anew, with a time-stamp authority of a minute's life: sh tests/audit/timestamps/make.sh
# It needs openssl and, for the checkpoint, the project's own Python. Private keys are thrown away.
set -eu
cd "$(dirname "$0")"
made=$(mktemp -d)
trap 'rm -r "$made"' EXIT

certify() {  # name, extensions
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$made/$1.key" \
        -subj "/O=Essaim tests/CN=$1" -out "$made/$1.csr"
    printf '%s\n' "$2" > "$made/ext"
    openssl x509 -req -in "$made/$1.csr" -CA ca.pem -CAkey "$made/ca.key" -set_serial "$3" -days 3650 \
        -extfile "$made/ext" -out "$made/$1.pem"
}

for name in ca other-ca; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$made/$name.key" \
        -subj "/O=Essaim tests/CN=$name" -days 3650 -out "$name.pem" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign
done
certify tsa "keyUsage=critical,digitalSignature
extendedKeyUsage=critical,timeStamping" 2
certify mail "keyUsage=critical,digitalSignature
extendedKeyUsage=critical,emailProtection" 3

cat > "$made/tsa.cnf" <<END
[tsa]
default_tsa = own
[own]
serial = $made/serial
default_policy = 1.2.3.4.1
signer_cert = $made/tsa.pem
signer_key = $made/tsa.key
signer_digest = sha256
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
END
echo 01 > "$made/serial"

(cd ../../.. && .venv/bin/python - <<END
from pathlib import Path
from tests.audit.small_log import SmallLog
log, here = SmallLog(), Path("tests/audit/timestamps")
here.joinpath("checkpoint").write_bytes(bytes(log.note(13)))
Path("$made/text").write_text(log.head(13))
END
)
answer() { openssl ts -reply -config "$made/tsa.cnf" -queryfile "$1" -out "$2"; }
openssl ts -query -data "$made/text" -sha256 -cert -out asked.tsq
answer asked.tsq good.tsr
openssl ts -query -data "$made/text" -md5 -cert -out "$made/md5.tsq"
answer "$made/md5.tsq" rejected.tsr
openssl ts -query -data "$made/text" -sha256 -no_nonce -out "$made/bare.tsq"
answer "$made/bare.tsq" without-certificate.tsr

# The same statement, signed by somebody whom the same authority certified for something else.
openssl ts -reply -in good.tsr -token_out -out "$made/token"
openssl cms -verify -noverify -in "$made/token" -inform DER -binary -out "$made/info"
openssl cms -sign -in "$made/info" -binary -nodetach -econtent_type id-smime-ct-TSTInfo -md sha256 \
    -signer "$made/mail.pem" -inkey "$made/mail.key" -outform DER -out "$made/forged"
openssl ts -reply -in "$made/forged" -token_in -out no-authority.tsr
