/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An errno for programs and, beside it, a sentence for people.
 *
 * The sentence is made where the cause is known, kept per thread, and picked
 * up by whoever shows it (status' last_error, a tool's stderr):
 *
 *	return fail_because(EINVAL, "serial is %zu bytes, at most 48 fit", len);
 *
 * Never put key material into a sentence.
 *
 * One errno has one meaning in all of core/:
 *
 *	what was asked
 *	EINVAL		malformed, or not allowed there
 *	EFBIG		too long for its place; ENAMETOOLONG: for a name
 *	EBADMSG		bytes that are no external term
 *	ENOENT, EEXIST	no such name; there is one already
 *	what the chip is
 *	ENODATA		nothing is stored there yet
 *	EUCLEAN		what is stored is in no form that we can read
 *	EKEYREJECTED	a signature is not by the key that it should be by
 *	ERANGE		a signature that has a short r or s each time it is made
 *	what the chip answers
 *	EPERM		a lock or the slot's configuration forbids it (status 0F)
 *	EACCES		the latch is closed, or this is not the activation key
 *	EBADE		it compared, and says no (status 01)
 *	EOPNOTSUPP	this part, or this adapter, cannot do that (status 03)
 *	EIO		it, the bus or a disk fails; damaged, or in a wrong way
 *	ENOTRECOVERABLE	it may have done it: the answer is lost
 *	ENOMSG		not the answer of a chip that wakes
 *	what is in between
 *	ENODEV		no chip, or another one
 *	ENXIO, EREMOTEIO  an address, or a byte, is not acknowledged
 *	EMSGSIZE	a packet of an impossible length
 *	EAGAIN		not now: it is busy
 *	EBUSY		another program or request has it
 *	ETIMEDOUT	the deadline has passed; ETIME: inside a command
 *	ESTALE		what it builds on is gone: begin again
 *	EREMCHG		what is known is not of the chip that answers: to be read,
 *			and then the request run again (nerveskey_catch_up())
 *	EPROTO		called in the wrong order
 *	ENOSPC, ENOMEM, ENOKEY  no room; no memory; no private key
 *
 * Only nerveskey's to_user_errno() turns one into another for a client. Errors of open(2)
 * and its kin are passed on as they are.
 */
#ifndef NK_ERROR_H
#define NK_ERROR_H

/*
 * Remember the sentence; returns -err. `err` is positive. What it quotes may be
 * anything: see text_flatten().
 */
int fail_because(int err, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The latest sentence of this thread; "" when there is none. */
const char *fail_reason(void);

/* Forget it: at the start of an operation. */
void fail_clear(void);

/* "ENODEV" for ENODEV or -ENODEV; "E123" for a number without a name here. */
const char *errno_name(int err);

#endif
