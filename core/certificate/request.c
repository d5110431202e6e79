/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "certificate.h"
#include "crypto.h"
#include "error.h"
#include "name.h"
#include "pem.h"
#include "public_key.h"
#include "text.h"
#include "x509.h"

#define CHIP_SERIAL_SIZE 9

static const char label[] = "CERTIFICATE REQUEST";
static const uint8_t version1[] = { DER_INTEGER, 1, 0 };
static const uint8_t serial_number[] = { 0x55, 0x04, NAME_SERIAL_NUMBER };

/* [0] { SEQUENCE { serialNumber, SET { "0123...EE" } } } */
static void write_attributes(struct bytes *out, const uint8_t *chip_serial)
{
	char hex[2 * CHIP_SERIAL_SIZE + 1];
	size_t attributes = der_open(out, DER_CONTEXT(0));
	size_t attribute = der_open(out, DER_SEQUENCE), values;

	hex_encode(chip_serial, CHIP_SERIAL_SIZE, hex);
	der_value(out, DER_OID, serial_number, sizeof(serial_number));
	values = der_open(out, DER_SET);
	der_value(out, DER_PRINTABLE_STRING, hex, strlen(hex));
	der_close(out, values);
	der_close(out, attribute);
	der_close(out, attributes);
}

/* Makes the CertificationRequestInfo, which is signed. */
static int make_info(const struct certificate_device *device,
		     struct bytes *info)
{
	size_t sequence = der_open(info, DER_SEQUENCE);

	bytes_append(info, version1, sizeof(version1));
	name_write_common(info, device->serial, device->serial_len);
	public_key_write(info, device->public_key);
	write_attributes(info, device->chip_serial);
	der_close(info, sequence);
	return info->err;
}

int certificate_request(const struct certificate_device *device,
			sign_digest sign, void *context, struct bytes *pem)
{
	BYTES_LOCAL(info);
	BYTES_LOCAL(der);
	uint8_t digest[32], signature[64];
	int err = make_info(device, &info);

	if (err < 0)
		return err;
	crypto_sha256(info.data, info.len, digest);
	err = sign(context, digest, signature);
	if (err < 0)
		return err;
	err = x509_assemble(&info, signature, &der);
	return err < 0 ? err : pem_encode(&der, label, pem);
}

/* Views of the parts of a request. */
struct request {
	struct der_view info, subject, public_key, attributes;
	struct der_view algorithm, signature;
};

static int split(const struct bytes *der, struct request *parts)
{
	struct der_view in = { der->data, der->len }, body, info, version, bits;

	if (der_read(&in, DER_SEQUENCE, &body) < 0 || in.len != 0 ||
	    der_read_whole(&body, &parts->info) < 0 ||
	    der_read_whole(&body, &parts->algorithm) < 0 ||
	    der_read(&body, DER_BIT_STRING, &bits) < 0 || body.len != 0 ||
	    bits.len == 0 || bits.data[0] != 0)
		return -EINVAL;
	parts->signature = (struct der_view){ bits.data + 1, bits.len - 1 };
	in = parts->info;
	if (der_read(&in, DER_SEQUENCE, &info) < 0 ||
	    der_read_whole(&info, &version) < 0 ||
	    !der_is(&version, version1, sizeof(version1)) ||
	    der_read_whole(&info, &parts->subject) < 0 ||
	    der_read_whole(&info, &parts->public_key) < 0 ||
	    der_read(&info, DER_CONTEXT(0), &parts->attributes) < 0 ||
	    info.len != 0)
		return -EINVAL;
	return 0;
}

static int read_subject(struct der_view name,
			struct certificate_request_content *content)
{
	struct der_view text;

	if (name_read_common(name, &text) < 0)
		return fail_because(
			EINVAL,
			"the request's subject is not one CN in UTF-8: a "
			"device's has its serial there and nothing else");
	if (text.len == 0 || text.len > sizeof(content->serial))
		return fail_because(
			EINVAL,
			"the request's serial (its CN) is %zu bytes long, "
			"where 1 to %d fit",
			text.len, CERTIFICATE_SERIAL_MAX);
	memcpy(content->serial, text.data, text.len);
	content->serial_len = text.len;
	return 0;
}

static int read_chip_serial(struct der_view values,
			    struct certificate_request_content *content)
{
	struct der_view hex;

	if (content->has_chip_serial ||
	    der_read(&values, DER_PRINTABLE_STRING, &hex) < 0 ||
	    values.len != 0 || hex.len != sizeof(content->chip_serial) * 2 ||
	    hex_decode((const char *)hex.data, content->chip_serial,
		       sizeof(content->chip_serial)) < 0)
		return fail_because(
			EINVAL,
			"the request's attribute serialNumber is not one chip "
			"serial of 18 hex digits");
	content->has_chip_serial = true;
	return 0;
}

static int read_attributes(struct der_view in,
			   struct certificate_request_content *content)
{
	struct der_view attribute, oid, values;
	int err = 0;

	while (err == 0 && in.len > 0) {
		if (der_read(&in, DER_SEQUENCE, &attribute) < 0 ||
		    der_read(&attribute, DER_OID, &oid) < 0 ||
		    der_read(&attribute, DER_SET, &values) < 0 ||
		    attribute.len != 0)
			return fail_because(
				EINVAL,
				"the request's attributes are not well-formed DER: it "
				"was damaged, take device.csr again");
		if (der_is(&oid, serial_number, sizeof(serial_number)))
			err = read_chip_serial(values, content);
	}
	return err;
}

/* Checks that the requester has the private key. */
static int check_signature(const struct request *parts,
			   const uint8_t *public_key)
{
	uint8_t digest[32], signature[64];
	int err;

	if (!x509_is_ecdsa_sha256(parts->algorithm))
		return fail_because(
			EINVAL,
			"the request is not signed with ECDSA and SHA-256, "
			"which a chip uses");
	err = signature_from_der(parts->signature.data, parts->signature.len,
				 signature);
	if (err < 0)
		return err;
	crypto_sha256(parts->info.data, parts->info.len, digest);
	return public_key_verify(public_key, digest, signature);
}

int certificate_request_read(const struct bytes *pem,
			     struct certificate_request_content *content)
{
	struct certificate_request_content found = { .serial_len = 0 };
	struct request parts;
	BYTES_LOCAL(der);
	int err = pem_decode(pem, label, &der);

	if (err < 0)
		return err;
	if (split(&der, &parts) < 0)
		return fail_because(
			EINVAL, "there is no PKCS#10 request in the PEM block "
				"CERTIFICATE REQUEST, as device.csr has one");
	err = read_subject(parts.subject, &found);
	if (err == 0)
		err = public_key_read(parts.public_key, found.public_key);
	if (err == 0)
		err = read_attributes(parts.attributes, &found);
	if (err == 0)
		err = check_signature(&parts, found.public_key);
	if (err == 0)
		*content = found;
	return err;
}
