/* SPDX-License-Identifier: Apache-2.0 */
/* Temporary names of editors. */
#include <fnmatch.h>

#include "settings_dir_private.h"

/*
 * Some could also be names of keys. The programs that use these create a file with
 * O_EXCL, which a shell's redirection does not.
 */
static const struct {
	const char *pattern;
	bool exclusive;
} scratch_names[] = {
	{ "*~", false },		   /* backups of vim, emacs, nano */
	{ ".*.sw[a-z]", false },	   /* vim, nano */
	{ ".*.swpx", true },		   /* vim compares it with .swp */
	{ "4913", true },		   /* vim tries whether it can create */
	{ "#*#", false },		   /* emacs */
	{ ".#*", false },		   /* emacs */
	{ "sed??????", true },		   /* sed -i */
	{ ".*.??????", true },		   /* rsync */
	{ ".goutputstream-??????", true }, /* GLib */
	{ "tmp????????", true },	   /* Python's tempfile */
	{ "tmp.??????????", true },	   /* mktemp */
};

bool scratch_name(const char *name, bool exclusive)
{
	for (size_t i = 0; i < sizeof(scratch_names) / sizeof(*scratch_names);
	     i++)
		if ((exclusive || !scratch_names[i].exclusive) &&
		    fnmatch(scratch_names[i].pattern, name, 0) == 0)
			return true;
	return false;
}
