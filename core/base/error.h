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
