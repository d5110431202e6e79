#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Read an https:// URL as the device: mutual TLS with the chip's key.

usage: tls-client.py URL [CA.pem]

Needs python3-pycurl, which on Debian uses GnuTLS. GnuTLS takes PKCS #11 URLs in
the place of file names, and finds the installed module by p11-kit.
"""
import sys

import pycurl


def get(url, ca=None):
    curl = pycurl.Curl()
    curl.setopt(pycurl.URL, url)
    curl.setopt(pycurl.SSLCERT, "pkcs11:object=device;type=cert")
    curl.setopt(pycurl.SSLKEY, "pkcs11:object=device;type=private")
    if ca:
        curl.setopt(pycurl.CAINFO, ca)
    curl.setopt(pycurl.FAILONERROR, True)
    curl.perform()
    curl.close()


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    try:
        get(*sys.argv[1:])
    except pycurl.error as error:
        sys.exit(str(error.args[1]))
