# SPDX-License-Identifier: Apache-2.0
# contrib/buildroot fits this source. Buildroot itself is not needed.

load helpers

PACKAGE=$ROOT/contrib/buildroot/package/nerveskeyfs

# value_of VARIABLE [ASSIGNMENT...]: what nerveskeyfs.mk makes of it, words sorted.
value_of() {
	local variable=$1
	shift
	make -s -f - "$@" BR2_EXTERNAL_NERVESKEYFS_PATH="$ROOT/contrib/buildroot" \
		<<-END | tr ' ' '\n' | sort
		include $PACKAGE/nerveskeyfs.mk
		all: ; @echo \$(strip \$($variable))
	END
}

# Their Buildroot names, as Config.in selects them.
selected() {
	sed -n 's/^\tselect BR2_PACKAGE_//p' "$PACKAGE/Config.in" |
		tr A-Z_ a-z- | sort
}

@test "what is depended on is what is selected" {
	run -0 value_of NERVESKEYFS_DEPENDENCIES \
		BR2_PACKAGE_NERVESKEYFS_PKCS11=y BR2_PACKAGE_NERVESKEYFS_SIM=y
	assert_equal "$(grep -v ^host- <<<"$output")" "$(selected)"
}

# Buildroot takes the build machine's, when that is new enough.
@test "the CMake that is asked for is the one that is needed" {
	local needed
	needed=$(sed -n 's/^cmake_minimum_required(VERSION \(.*\))/\1/p' \
		"$ROOT/CMakeLists.txt")
	grep -qx "	select BR2_HOST_CMAKE_AT_LEAST_${needed//./_}" \
		"$PACKAGE/Config.in"
}

@test "the source, its version and the licence's hash are this tree's" {
	run -0 value_of NERVESKEYFS_SITE
	assert_file_exists "$output/mnt-layout.md"
	run -0 value_of NERVESKEYFS_VERSION
	grep -q "VERSION $output " "$ROOT/CMakeLists.txt"
	cd "$ROOT"
	sed -n 's/^sha256 *//p' "$PACKAGE/nerveskeyfs.hash" | sha256sum -c
}

@test "each choice is an option that CMake knows, on and off" {
	local choice name value
	for choice in y n; do
		run -0 value_of NERVESKEYFS_CONF_OPTS \
			BR2_PACKAGE_NERVESKEYFS_PKCS11=$choice \
			BR2_PACKAGE_NERVESKEYFS_SIM=$choice \
			BR2_PACKAGE_NERVESKEYFS_TOOLS=$choice
		for value in $output; do
			name=${value#-D}
			grep -qhE "^(option|set)\(${name%=*} " "$ROOT/CMakeLists.txt" \
				"$ROOT/contrib/CMakeLists.txt"
		done
	done
	assert_output --partial NK_PKCS11=OFF
	assert_output --partial NK_SIM=OFF
	assert_output --partial NK_TOOLS=OFF
}

@test "the simulator is a choice, and off when nobody chooses" {
	run -0 value_of NERVESKEYFS_CONF_OPTS
	assert_line -- -DNK_SIM=OFF
	run -0 sed -n '/^config .*_SIM$/,/^config/s/^\tdefault //p' \
		"$PACKAGE/Config.in"
	assert_output ""
}

@test "a driver without the simulator is built, and says so" {
	cmake -S "$ROOT" -B "$TMP/build" -G Ninja -DNK_TESTS=OFF \
		-DNK_SIM=OFF -DNK_PKCS11=OFF -DNK_WERROR=ON
	ninja -C "$TMP/build"
	assert_file_not_exists "$TMP/build/bin/nerveskey-sim"
	mkdir "$TMP/mnt"
	run "$TMP/build/bin/nerveskeyfs" -f "sim:$TMP/chip.json" "$TMP/mnt"
	assert_failure
	assert_output --partial "built without the simulator"
	assert_file_not_exists "$TMP/chip.json"
}

@test "the tests are not built without the simulator" {
	run -0 cmake -S "$ROOT" -B "$TMP/build" -G Ninja -DNK_SIM=OFF
	assert_line -- "-- The tests are left out: they need NK_SIM=ON"
	run -1 cmake -S "$ROOT" -B "$TMP/build" -G Ninja -DNK_SIM=OFF -DNK_TESTS=ON
	assert_output --partial "NK_TESTS=ON: the tests need NK_SIM=ON"
}

@test "a build without the module and the tools has neither" {
	cmake -S "$ROOT" -B "$TMP/build" -G Ninja -DNK_TESTS=OFF \
		-DNK_PKCS11=OFF -DNK_TOOLS=OFF
	run -0 ninja -C "$TMP/build" -t targets all
	assert_line --partial bin/nerveskeyfs
	refute_line --partial bin/nerveskey-ca
	refute_line --partial bin/nerveskey-sim
	refute_line --partial nerveskey-pkcs11
}
