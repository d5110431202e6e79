/* SPDX-License-Identifier: Apache-2.0 */
#include <dlfcn.h>
#include <errno.h>

#include "error.h"
#include "token.h"

#define TEXT_OF(name)	#name
#define NAME_OF(symbol) TEXT_OF(symbol)

/* Programs that need not start fast link it. */
#pragma weak nerveskey_token_1

const struct token *token_load(void)
{
	const struct token *token = &TOKEN_SYMBOL;
	void *module;

	if (token)
		return token;
	module = dlopen("nerveskey-token.so", RTLD_NOW);
	if (module)
		token = dlsym(module, NAME_OF(TOKEN_SYMBOL));
	if (!token)
		fail_because(EIO,
			     "what opens keys in tokens cannot be loaded (%s): "
			     "install nerveskeyfs again, and mount again",
			     dlerror());
	return token;
}
