#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Sign a file with the chip, or verify such a signature. Needs Node.js only.
'use strict'

const { createHash, verify } = require('node:crypto')
const { readFileSync, writeFileSync } = require('node:fs')

const usage = `usage: sign-file.js sign FILE SIGNATURE [MOUNT]
       sign-file.js verify FILE SIGNATURE PUBKEY.pem`

const commands = {
  sign (path, signature, mount = '/mnt/nerveskey') {
    const digest = createHash('sha256').update(readFileSync(path)).digest('hex')
    writeFileSync(signature, readFileSync(`${mount}/signatures/${digest}.der`))
  },

  verify (path, signature, publicKey) {
    const key = readFileSync(publicKey)
    if (!verify('sha256', readFileSync(path), key, readFileSync(signature))) {
      throw new Error(`${signature} is not a signature of ${path} by this key`)
    }
    console.log('Verified OK')
  }
}

const [command, ...args] = process.argv.slice(2)
if (!Object.hasOwn(commands, command ?? '') || args.length < 2 ||
    args.length > 3) {
  console.error(usage)
  process.exit(2)
}
try {
  commands[command](...args)
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
