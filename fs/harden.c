/* SPDX-License-Identifier: Apache-2.0 */
#include "harden.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#ifdef NK_HAVE_LIBCAP
#include <sys/capability.h>
#endif
#ifdef NK_HAVE_SECCOMP
#include <seccomp.h>
#endif

#include "log.h"

static void left_out(const char *what)
{
	log_write(LOG_LEVEL_INFO, "%s: %s", what, strerror(errno));
}

/* A leak checker attaches to its own process, which must be open to that. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static const bool attaches_to_itself = true;
#else
static const bool attaches_to_itself = false;
#endif

static void refuse_dumps(void)
{
	if (!attaches_to_itself && prctl(PR_SET_DUMPABLE, 0) < 0)
		left_out("core dumps stay possible");
}

#ifdef NK_HAVE_LIBCAP
static int keep_capabilities(const cap_value_t *kept, int count)
{
	cap_t now = cap_get_proc(), next = cap_init();
	cap_flag_value_t has;
	int err = now && next ? 0 : -1;

	for (int i = 0; i < count && err == 0; i++) {
		err = cap_get_flag(now, kept[i], CAP_PERMITTED, &has);
		if (err == 0 && has == CAP_SET)
			err = cap_set_flag(next, CAP_PERMITTED, 1, &kept[i],
					   CAP_SET) |
			      cap_set_flag(next, CAP_EFFECTIVE, 1, &kept[i],
					   CAP_SET);
	}
	if (err == 0)
		err = cap_set_proc(next);
	cap_free(next);
	cap_free(now);
	return err;
}

/* umount(2), mlock(2); and, in whatever folder it is, the simulator's file. */
static void drop_capabilities(const char *device)
{
	static const cap_value_t kept[] = { CAP_SYS_ADMIN, CAP_IPC_LOCK,
					    CAP_DAC_OVERRIDE };
	bool simulated = strncmp(device, "sim:", 4) == 0;

	if (keep_capabilities(kept, simulated ? 3 : 2) < 0)
		left_out("capabilities are kept");
}

static void drop_all_but_locking(void)
{
	static const cap_value_t kept = CAP_IPC_LOCK;

	if (keep_capabilities(&kept, 1) < 0)
		left_out("capabilities are kept");
}
#else
static void drop_capabilities(const char *device)
{
	(void)device;
}

static void drop_all_but_locking(void)
{
}
#endif

#ifdef NK_HAVE_SECCOMP
/*
 * Nothing of ours calls these. A list of what is allowed would have to know
 * every PKCS #11 module that a signer's key may be behind.
 */
static const char *const refused[] = {
	"acct",
	"add_key",
	"bpf",
	"chroot",
	"delete_module",
	"execve",
	"execveat",
	"fanotify_init",
	"finit_module",
	"fsconfig",
	"fsmount",
	"fsopen",
	"fspick",
	"init_module",
	"io_uring_setup",
	"ioperm",
	"iopl",
	"kcmp",
	"kexec_file_load",
	"kexec_load",
	"keyctl",
	"mount",
	"mount_setattr",
	"move_mount",
	"open_tree",
	"perf_event_open",
	"personality",
	"pidfd_getfd",
	"pivot_root",
	"process_vm_readv",
	"process_vm_writev",
	"ptrace",
	"quotactl",
	"reboot",
	"request_key",
	"setdomainname",
	"sethostname",
	"setns",
	"settimeofday",
	"swapoff",
	"swapon",
	"unshare",
	"userfaultfd",
};

static int load_filter(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int err = filter ? 0 : -ENOMEM;

	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused) && !err;
	     i++) {
		int call = seccomp_syscall_resolve_name(refused[i]);

		/* Not every architecture has each of them. */
		if (call >= 0 &&
		    !(attaches_to_itself && call == SCMP_SYS(ptrace)))
			err = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
					       call, 0);
	}
	if (err == 0)
		err = seccomp_load(filter);
	seccomp_release(filter);
	return err;
}

static void filter_calls(void)
{
	int err = load_filter();

	if (err < 0) {
		errno = -err;
		left_out("system calls are not filtered");
	}
}
#else
static void filter_calls(void)
{
}
#endif

static void refuse_privileges(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		left_out("new privileges stay possible");
	filter_calls();
}

void harden(const char *device)
{
	refuse_dumps();
	/* Others unmount by running fusermount3, which is set-user-ID root. */
	if (geteuid() != 0)
		return;
	drop_capabilities(device);
	refuse_privileges();
}

void harden_signing(void)
{
	refuse_dumps();
	if (geteuid() == 0)
		drop_all_but_locking();
	refuse_privileges();
}
