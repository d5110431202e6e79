# SPDX-License-Identifier: Apache-2.0
# With Debian's cross compilers and multiarch libraries, for ${triplet}; and
# ${emulator} of qemu-user to run the tests.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_C_COMPILER ${triplet}-gcc)
set(CMAKE_LIBRARY_ARCHITECTURE ${triplet})
set(ENV{PKG_CONFIG_LIBDIR}
	/usr/lib/${triplet}/pkgconfig:/usr/share/pkgconfig)
set(CMAKE_CROSSCOMPILING_EMULATOR ${emulator})
