/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An errno for programs and, beside it, a sentence for people.
 *
 * The function that knows the cause makes the sentence. It is kept per thread
 * until a caller shows it (last_error in status, stderr of a tool):
 *
 *	return fail_because(EINVAL, "serial is %zu bytes, at most 48 fit", len);
 *
 * Never put key material into a sentence. A sentence says what was found, what
 * was expected, and what to do.
 *
 * One errno has one meaning in all of core/:
 *
 *	what was asked
 *	EINVAL		malformed, or not allowed there
 *	EFBIG		too long for its place; ENAMETOOLONG: for a name
 *	EBADMSG		bytes that are not an external term
 *	ENOENT, EEXIST	no such name; the name exists already
 *	what the chip is
 *	ENODATA		nothing is stored there yet
 *	EUCLEAN		what is stored has no known form
 *	EKEYREJECTED	a signature is by another key than it should be
 *	ERANGE		every signature has a short r or s
 *	what the chip answers
 *	EPERM		a lock or the slot's configuration forbids it (status 0F)
 *	EKEYREVOKED	the same, seen in the configuration: it was not asked
 *	EACCES		the latch is closed, or this is not the activation key
 *	EBADE		a comparison or verification failed (status 01)
 *	EOPNOTSUPP	this part, or this adapter, cannot do that (status 03)
 *	EIO		the chip, the bus or a disk fails or is damaged
 *	ENOTRECOVERABLE	the answer is lost: the command may have been run
 *	ENOMSG		not the answer of a chip that wakes
 *	what is between
 *	ENODEV		no chip, or another one
 *	ENXIO, EREMOTEIO  an address, or a byte, is not acknowledged
 *	EMSGSIZE	a packet of an impossible length
 *	EAGAIN		not now: it is busy
 *	EBUSY		another program or request uses it
 *	ETIMEDOUT	the deadline has passed; ETIME: inside a command
 *	ESTALE		the state it was based on has changed: begin again
 *	EREMCHG		cached state is of another chip: read it again, and run
 *			the request again (nerveskey_catch_up())
 *	EPROTO		called in the wrong order
 *	ENOSPC, ENOMEM, ENOKEY  no room; no memory; no private key
 *
 * Only nerveskey's to_user_errno() turns one into another for a client. Errors
 * of open(2) and its kin are passed on as they are.
 */
#pragma once

/*
 * Set the sentence of this thread. Returns -err; `err` is positive. Quoted text
 * may be anything: text_flatten() makes the sentence safe.
 */
int fail_because(int err, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The last sentence of this thread; "" when there is none. */
const char *fail_reason(void);

/* Clear the sentence. Call it at the start of an operation. */
void fail_clear(void);

/* "ENODEV" for ENODEV or -ENODEV; "E123" for a number without a name here. */
const char *errno_name(int err);
