#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Sign a file with the chip, or verify such a signature.

usage: sign-file.py sign FILE SIGNATURE [MOUNT]
       sign-file.py verify FILE SIGNATURE PUBKEY.pem

Needs python3-cryptography, to verify only.
"""
import hashlib
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def read(path):
    with open(path, "rb") as file:
        return file.read()


def sign(path, signature, mount="/mnt/nerveskey"):
    digest = hashlib.sha256(read(path)).hexdigest()
    der = read(f"{mount}/signatures/{digest}.der")
    with open(signature, "wb") as file:
        file.write(der)


def verify(path, signature, public_key):
    key = serialization.load_pem_public_key(read(public_key))
    try:
        key.verify(read(signature), read(path), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        sys.exit(f"{signature} is not a signature of {path} by this key")
    print("Verified OK")


if __name__ == "__main__":
    commands = {"sign": sign, "verify": verify}
    if len(sys.argv) not in (4, 5) or sys.argv[1] not in commands:
        sys.exit(__doc__)
    try:
        commands[sys.argv[1]](*sys.argv[2:])
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}")
