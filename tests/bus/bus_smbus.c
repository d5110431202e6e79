/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turns SMBus calls into plain transfers (Linux,
 * Documentation/i2c/smbus-protocol).
 */
#include <errno.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <string.h>

#include "bus_handle.h"

/* A call as the bytes that it writes and the bytes that it then reads. */
struct parts {
	uint8_t out[I2C_SMBUS_BLOCK_MAX + 2];
	size_t out_len;
	uint8_t in[I2C_SMBUS_BLOCK_MAX];
	size_t in_len;
};

static void append_word(struct parts *parts, uint16_t word)
{
	parts->out[parts->out_len++] = (uint8_t)word;
	parts->out[parts->out_len++] = (uint8_t)(word >> 8);
}

static int append_block(struct parts *parts, const uint8_t *block,
			int with_count)
{
	size_t len = block[0];

	if (len == 0 || len > I2C_SMBUS_BLOCK_MAX)
		return -EINVAL;
	if (with_count)
		parts->out[parts->out_len++] = block[0];
	memcpy(parts->out + parts->out_len, block + 1, len);
	parts->out_len += len;
	return 0;
}

/* Appends the data of a write after the command byte. */
static int fill_write(const struct i2c_smbus_ioctl_data *call,
		      struct parts *parts)
{
	switch (call->size) {
	case I2C_SMBUS_BYTE:
		return 0;
	case I2C_SMBUS_BYTE_DATA:
		parts->out[parts->out_len++] = call->data->byte;
		return 0;
	case I2C_SMBUS_WORD_DATA:
		append_word(parts, call->data->word);
		return 0;
	case I2C_SMBUS_BLOCK_DATA:
		return append_block(parts, call->data->block, 1);
	case I2C_SMBUS_I2C_BLOCK_BROKEN:
	case I2C_SMBUS_I2C_BLOCK_DATA:
		return append_block(parts, call->data->block, 0);
	default:
		return -EOPNOTSUPP;
	}
}

static int fill_read(const struct i2c_smbus_ioctl_data *call,
		     struct parts *parts)
{
	switch (call->size) {
	case I2C_SMBUS_BYTE:
		parts->out_len = 0;
		parts->in_len = 1;
		return 0;
	case I2C_SMBUS_BYTE_DATA:
		parts->in_len = 1;
		return 0;
	case I2C_SMBUS_WORD_DATA:
		parts->in_len = 2;
		return 0;
	case I2C_SMBUS_I2C_BLOCK_BROKEN:
		parts->in_len = I2C_SMBUS_BLOCK_MAX;
		return 0;
	case I2C_SMBUS_I2C_BLOCK_DATA:
		parts->in_len = call->data->block[0];
		return parts->in_len == 0 || parts->in_len > I2C_SMBUS_BLOCK_MAX
			       ? -EINVAL
			       : 0;
	default: /* blocks whose length the device sends */
		return -EOPNOTSUPP;
	}
}

static void give_back(const struct i2c_smbus_ioctl_data *call,
		      const struct parts *parts)
{
	if (parts->in_len == 0)
		return;
	if (call->size == I2C_SMBUS_I2C_BLOCK_DATA ||
	    call->size == I2C_SMBUS_I2C_BLOCK_BROKEN) {
		call->data->block[0] = (uint8_t)parts->in_len;
		memcpy(call->data->block + 1, parts->in, parts->in_len);
	} else if (parts->in_len == 2) {
		call->data->word = (uint16_t)(parts->in[0] | parts->in[1] << 8);
	} else {
		call->data->byte = parts->in[0];
	}
}

static int fill(const struct i2c_smbus_ioctl_data *call, struct parts *parts)
{
	memset(parts, 0, sizeof(*parts));
	parts->out[parts->out_len++] = call->command;
	if (call->size == I2C_SMBUS_PROC_CALL) {
		append_word(parts, call->data->word);
		parts->in_len = 2;
		return 0;
	}
	return call->read_write == I2C_SMBUS_READ ? fill_read(call, parts)
						  : fill_write(call, parts);
}

int smbus_emulate(int fd, const struct i2c_smbus_ioctl_data *call)
{
	unsigned int addr = bus_address(fd);
	struct parts parts;
	int err;

	if (call->size == I2C_SMBUS_QUICK)
		return bus_transfer(
			fd, call->read_write == I2C_SMBUS_READ ? 'R' : 'W',
			addr, NULL, 0);
	if (!call->data && !(call->size == I2C_SMBUS_BYTE &&
			     call->read_write == I2C_SMBUS_WRITE))
		return -EINVAL;
	err = fill(call, &parts);
	if (err == 0 && parts.out_len > 0)
		err = bus_transfer(fd, 'W', addr, parts.out, parts.out_len);
	if (err == 0 && parts.in_len > 0)
		err = bus_transfer(fd, 'R', addr, parts.in, parts.in_len);
	if (err == 0)
		give_back(call, &parts);
	return err;
}
