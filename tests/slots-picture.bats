# SPDX-License-Identifier: Apache-2.0
# The picture in README.md is what the slot table says.

load helpers

@test "the picture of the slots is what the slot table draws" {
	slots_svg | diff - "$ROOT/contrib/slots/slots.svg"
}
