/* SPDX-License-Identifier: Apache-2.0 */
#include "harden.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/capability.h>

#ifdef NK_HAVE_SECCOMP
#include <seccomp.h>
#endif

#include "log.h"

/* For umount(2), mlock(2), and the simulator's file in any directory. */
#define UNMOUNT	       (1u << CAP_SYS_ADMIN)
#define LOCK	       (1u << CAP_IPC_LOCK)
#define WRITE_ANYWHERE (1u << CAP_DAC_OVERRIDE)

static void left_out(const char *what)
{
	log_write(LOG_LEVEL_INFO, "%s: %s", what, strerror(errno));
}

/* A leak checker must be able to attach to its own process. */
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

/* Keep only the capabilities of `kept`, bits 1 << CAP_.... */
static void keep_capabilities(uint32_t kept)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (syscall(SYS_capget, &header, sets) == 0) {
		kept &= sets[0].permitted;
		memset(sets, 0, sizeof(sets));
		sets[0].permitted = kept;
		sets[0].effective = kept;
		if (syscall(SYS_capset, &header, sets) == 0)
			return;
	}
	left_out("capabilities are kept");
}

#ifdef NK_HAVE_SECCOMP
/*
 * Our code calls none of these. A list of allowed calls would have to fit every
 * PKCS #11 module that may hold a signer's key.
 */
static const char refused[] =
	"acct add_key bpf chroot delete_module execve execveat fanotify_init "
	"finit_module fsconfig fsmount fsopen fspick init_module "
	"io_uring_setup ioperm iopl kcmp kexec_file_load kexec_load keyctl "
	"mount mount_setattr move_mount open_tree perf_event_open personality "
	"pidfd_getfd pivot_root process_vm_readv process_vm_writev ptrace "
	"quotactl reboot request_key setdomainname sethostname setns "
	"settimeofday swapoff swapon unshare userfaultfd";

static int load_filter(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	char words[sizeof(refused)], *name;
	int err = filter ? 0 : -ENOMEM;

	strcpy(words, refused);
	for (name = strtok(words, " "); name && !err;
	     name = strtok(NULL, " ")) {
		int call = seccomp_syscall_resolve_name(name);

		/* Some architectures lack some of them. */
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
#else
static int load_filter(void)
{
	return 0;
}
#endif

static void refuse_privileges(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		left_out("new privileges stay possible");
	errno = -load_filter();
	if (errno)
		left_out("system calls are not filtered");
}

void harden(const char *device)
{
	refuse_dumps();
	/* Other users unmount by fusermount3, which is set-user-ID root. */
	if (geteuid() != 0)
		return;
	keep_capabilities(strncmp(device, "sim:", 4) == 0
				  ? UNMOUNT | LOCK | WRITE_ANYWHERE
				  : UNMOUNT | LOCK);
	refuse_privileges();
}

void harden_signing(void)
{
	refuse_dumps();
	if (geteuid() == 0)
		keep_capabilities(LOCK);
	refuse_privileges();
}
