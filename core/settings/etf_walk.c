/* SPDX-License-Identifier: Apache-2.0 */
/* Going over terms that were checked. */
#include "etf.h"

int etf_skip(struct etf_reader *reader)
{
	struct etf_node node;
	size_t left = 1;
	int err;

	for (; left > 0; left += node.children - 1) {
		err = etf_read(reader, &node);
		if (err < 0)
			return err;
	}
	return 0;
}

void etf_list_start(struct etf_list *list, struct etf_reader *reader,
		    const struct etf_node *head)
{
	list->reader = reader;
	list->bytes = head->tag == TAG_STRING ? head->bytes : NULL;
	list->last = head->tag != TAG_LIST;
	list->left = head->tag == TAG_STRING ? head->len
		     : head->tag == TAG_LIST ? head->children - 1
					     : 0;
}

enum etf_type etf_peek(const struct etf_reader *term)
{
	struct etf_reader copy = *term;
	struct etf_node node = { .type = ETF_BITSTRING };

	etf_read(&copy, &node);
	return node.type;
}

enum etf_step etf_list_next(struct etf_list *list, struct etf_reader **term)
{
	struct etf_node head;

	while (list->left == 0 && !list->last) {
		/* The tail of a list may be another list: it goes on. */
		if (etf_peek(list->reader) != ETF_LIST) {
			list->last = true;
			*term = list->reader;
			return ETF_TAIL;
		}
		etf_read(list->reader, &head);
		etf_list_start(list, list->reader, &head);
	}
	if (list->left == 0)
		return ETF_END;
	list->left--;
	if (!list->bytes) {
		*term = list->reader;
		return ETF_ELEMENT;
	}
	list->small[0] = TAG_SMALL_INTEGER;
	list->small[1] = *list->bytes++;
	list->one = (struct etf_reader){ list->small, sizeof(list->small), 0 };
	*term = &list->one;
	return ETF_ELEMENT;
}
