# SPDX-License-Identifier: Apache-2.0
################################################################################
#
# nerveskeyfs
#
################################################################################

# The source tree that has this folder. A release that is downloaded would have
# its hash in nerveskeyfs.hash.
NERVESKEYFS_VERSION = 0.1.0
NERVESKEYFS_SITE = $(BR2_EXTERNAL_NERVESKEYFS_PATH)/../..
NERVESKEYFS_SITE_METHOD = local
NERVESKEYFS_OVERRIDE_SRCDIR_RSYNC_EXCLUSIONS = --exclude 'build*'
NERVESKEYFS_LICENSE = Apache-2.0
NERVESKEYFS_LICENSE_FILES = LICENSE

NERVESKEYFS_DEPENDENCIES = \
	gmp gnutls host-pkgconf i2c-tools jansson libfuse3 nettle zlib
NERVESKEYFS_CONF_OPTS = -DNK_TESTS=OFF

# Libraries that harden the daemon, if they are selected.
NERVESKEYFS_DEPENDENCIES += \
	$(if $(BR2_PACKAGE_LIBSECCOMP),libseccomp)

ifeq ($(BR2_PACKAGE_NERVESKEYFS_PKCS11),y)
NERVESKEYFS_DEPENDENCIES += p11-kit
NERVESKEYFS_CONF_OPTS += -DNK_PKCS11=ON
else
NERVESKEYFS_CONF_OPTS += -DNK_PKCS11=OFF
endif

ifeq ($(BR2_PACKAGE_NERVESKEYFS_SIM),y)
NERVESKEYFS_CONF_OPTS += -DNK_SIM=ON
else
NERVESKEYFS_CONF_OPTS += -DNK_SIM=OFF
endif

ifeq ($(BR2_PACKAGE_NERVESKEYFS_TOOLS),y)
NERVESKEYFS_CONF_OPTS += -DNK_TOOLS=ON
else
NERVESKEYFS_CONF_OPTS += -DNK_TOOLS=OFF
endif

define NERVESKEYFS_LINUX_CONFIG_FIXUPS
	$(call KCONFIG_ENABLE_OPT,CONFIG_FUSE_FS)
	$(call KCONFIG_ENABLE_OPT,CONFIG_I2C_CHARDEV)
endef

define NERVESKEYFS_INSTALL_INIT_SYSV
	$(INSTALL) -D -m 0755 $(@D)/contrib/init/S60nerveskeyfs \
		$(TARGET_DIR)/etc/init.d/S60nerveskeyfs
endef

define NERVESKEYFS_INSTALL_INIT_OPENRC
	$(INSTALL) -D -m 0755 $(@D)/contrib/init/nerveskeyfs \
		$(TARGET_DIR)/etc/init.d/nerveskeyfs
endef

# Members may sign and change settings.
define NERVESKEYFS_USERS
	- - nerveskey -1 - - - - -
endef

$(eval $(cmake-package))
