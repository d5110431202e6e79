#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A PKCS #11 client of long life: a command on each line of stdin, a line of
answer on stdout. Every signature that is made is verified."""

import hashlib
import os
import sys
import threading

import PyKCS11
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

ECDSA = PyKCS11.Mechanism(PyKCS11.CKM_ECDSA)
PRIVATE = [(PyKCS11.CKA_CLASS, PyKCS11.CKO_PRIVATE_KEY)]
PUBLIC = [(PyKCS11.CKA_CLASS, PyKCS11.CKO_PUBLIC_KEY)]

lib = PyKCS11.PyKCS11Lib()
lib.load(os.environ["MODULE"])


def open_session():
    return lib.openSession(lib.getSlotList(tokenPresent=True)[0])


class Client:
    def __init__(self):
        self.count = 0
        self.reopen()

    def reopen(self):
        self.session = open_session()
        self.load_key(self.session)
        return "OK"

    def load_key(self, session):
        self.key = self.public = None
        for key in session.findObjects(PRIVATE):
            self.key = key
        for public in session.findObjects(PUBLIC):
            point = session.getAttributeValue(public, [PyKCS11.CKA_EC_POINT])
            self.public = ec.EllipticCurvePublicKey.from_encoded_point(
                ec.SECP256R1(), bytes(point[0])[2:])

    def sign_with(self, session, text):
        digest = hashlib.sha256(text.encode()).digest()
        raw = bytes(session.sign(self.key, digest, ECDSA))
        half = len(raw) // 2
        self.public.verify(
            utils.encode_dss_signature(int.from_bytes(raw[:half], "big"),
                                       int.from_bytes(raw[half:], "big")),
            digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))

    def sign(self):
        if self.key is None:
            self.load_key(self.session)
        self.count += 1
        self.sign_with(self.session, str(self.count))
        return "OK"

    def random(self):
        self.session.generateRandom(32)
        return "OK"

    def derive(self, point):
        mechanism = PyKCS11.ECDH1_DERIVE_Mechanism(bytes.fromhex(point))
        self.session.deriveKey(self.key, [], mechanism)
        return "OK"

    def find(self):
        return f"{len(self.session.findObjects())} objects"

    def slots(self):
        return (f"{len(lib.getSlotList())} slots, "
                f"{len(lib.getSlotList(tokenPresent=True))} with a token")

    def threads(self, threads=8, each=25):
        made = []

        def work(number):
            session = open_session()
            for i in range(each):
                self.sign_with(session, f"{number} {i}")
                made.append(i)
            session.closeSession()

        workers = [threading.Thread(target=work, args=(n,))
                   for n in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return f"{threads} threads, {len(made)} signatures"

    def fork(self):
        reader, writer = os.pipe()
        if os.fork() == 0:
            os.write(writer, self.in_child().encode())
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as answer:
            said = answer.read()
        os.wait()
        return f"child: {said}"

    def in_child(self):
        try:
            self.sign()
            return "OK without C_Initialize"
        except PyKCS11.PyKCS11Error as error:
            first = name_of(error)
        lib.lib.C_Initialize()
        self.reopen()
        return f"{first}, then {self.sign()}"

    def many(self, count):
        for _ in range(200):
            self.sign()
            self.find()
        files, kib = open_files(), resident_kib()
        for i in range(int(count)):
            self.sign()
            if i % 10 == 0:
                self.find()
        return (f"{count} signatures, {open_files() - files} descriptors, "
                f"{resident_kib() - kib} KiB more")


def open_files():
    return len(os.listdir("/proc/self/fd"))


def resident_kib():
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    raise LookupError("VmRSS")


def name_of(error):
    return PyKCS11.CKR.get(error.value, str(error.value))


def main():
    client = Client()
    for line in sys.stdin:
        try:
            order, *arguments = line.split()
            answer = getattr(client, order)(*arguments)
        except PyKCS11.PyKCS11Error as error:
            answer = name_of(error)
        except InvalidSignature:
            answer = "a signature that does not verify"
        print(answer, flush=True)


if __name__ == "__main__":
    main()
