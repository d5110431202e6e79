/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Send a line to a TLS server as the device and print the answer: mutual TLS
 * with the chip's key, through GnuTLS and the installed PKCS #11 module.
 *
 *	cc -o tls-client tls-client.c -lgnutls
 *	./tls-client HOST PORT CA.pem 'GET / HTTP/1.0'
 */
#include <err.h>
#include <gnutls/gnutls.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long check(long code, const char *what)
{
	if (code < 0)
		errx(EXIT_FAILURE, "%s: %s", what, gnutls_strerror((int)code));
	return code;
}

static int connect_to(const char *host, const char *port)
{
	const struct addrinfo wanted = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *found, *at;
	int error, fd = -1;

	error = getaddrinfo(host, port, &wanted, &found);
	if (error)
		errx(EXIT_FAILURE, "%s: %s", host, gai_strerror(error));
	for (at = found; at && fd < 0; at = at->ai_next) {
		fd = socket(at->ai_family, at->ai_socktype, 0);
		if (fd >= 0 && connect(fd, at->ai_addr, at->ai_addrlen) < 0) {
			close(fd);
			fd = -1;
		}
	}
	if (fd < 0)
		err(EXIT_FAILURE, "%s port %s", host, port);
	freeaddrinfo(found);
	return fd;
}

static void talk(gnutls_session_t session, const char *line)
{
	char answer[4096];
	long len;

	check(gnutls_record_send(session, line, strlen(line)), "send");
	check(gnutls_record_send(session, "\r\n\r\n", 4), "send");
	do {
		len = gnutls_record_recv(session, answer, sizeof(answer));
		if (len > 0)
			fwrite(answer, 1, (size_t)len, stdout);
	} while (len > 0 || len == GNUTLS_E_AGAIN); /* a ticket of TLS 1.3 */
	if (len != GNUTLS_E_PREMATURE_TERMINATION)
		check(len, "receive");
}

int main(int argc, char **argv)
{
	gnutls_certificate_credentials_t identity;
	gnutls_session_t session;
	int fd;

	if (argc != 5) {
		fprintf(stderr, "usage: tls-client HOST PORT CA.pem LINE\n");
		return 2;
	}
	check(gnutls_certificate_allocate_credentials(&identity), "GnuTLS");
	check(gnutls_certificate_set_x509_trust_file(identity, argv[3],
						     GNUTLS_X509_FMT_PEM),
	      argv[3]);
	check(gnutls_certificate_set_x509_key_file(
		      identity, "pkcs11:object=device;type=cert",
		      "pkcs11:object=device;type=private", GNUTLS_X509_FMT_PEM),
	      "the chip's key");
	check(gnutls_init(&session, GNUTLS_CLIENT), "GnuTLS");
	check(gnutls_set_default_priority(session), "GnuTLS");
	check(gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, identity),
	      "GnuTLS");
	check(gnutls_server_name_set(session, GNUTLS_NAME_DNS, argv[1],
				     strlen(argv[1])),
	      argv[1]);
	gnutls_session_set_verify_cert(session, argv[1], 0);
	fd = connect_to(argv[1], argv[2]);
	gnutls_transport_set_int(session, fd); /* a macro */
	check(gnutls_handshake(session), "handshake");
	talk(session, argv[4]);
	gnutls_bye(session, GNUTLS_SHUT_WR);
	gnutls_deinit(session);
	gnutls_certificate_free_credentials(identity);
	return 0;
}
