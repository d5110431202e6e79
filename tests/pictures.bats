# SPDX-License-Identifier: Apache-2.0
# The pictures in the pages are what the code says.

load helpers

@test "the picture of the slots is what the slot table draws" {
	"$ROOT/contrib/slots/draw-slots" "$ROOT" |
		diff - "$ROOT/contrib/slots/slots.svg"
}

@test "the picture of the layers is what CMake's targets draw" {
	"$ROOT/contrib/layers/draw-layers" "$NK_BUILD/layers" "$ROOT" |
		diff - "$ROOT/contrib/layers/layers.svg"
}

@test "the picture of the layers needs every thread and process to be explained" {
	mkdir -p "$TMP/fs"
	echo 'x = fork();' >"$TMP/fs/new.c"
	run "$ROOT/contrib/layers/draw-layers" "$NK_BUILD/layers" "$TMP"
	assert_failure
	assert_output --partial "fs/new.c"
}
