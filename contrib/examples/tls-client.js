#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Read an https:// URL as the device: mutual TLS with the chip's key, through
// OpenSSL's engine "pkcs11" (libengine-pkcs11-openssl).
'use strict'

const { readFileSync } = require('node:fs')
const https = require('node:https')

const [url, ca, mount = '/mnt/nerveskey'] = process.argv.slice(2)
if (!url) {
  console.error('usage: tls-client.js URL [CA.pem [MOUNT]]')
  process.exit(2)
}

const options = {
  ca: ca && readFileSync(ca),
  cert: readFileSync(`${mount}/device.pem`),
  privateKeyEngine: 'pkcs11',
  privateKeyIdentifier: 'pkcs11:object=device;type=private'
}
https.get(url, options, (response) => {
  process.exitCode = response.statusCode === 200 ? 0 : 1
  response.pipe(process.stdout)
}).on('error', (error) => {
  console.error(error.message)
  process.exit(1)
})
