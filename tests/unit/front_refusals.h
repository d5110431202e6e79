/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of what the front refuses, and of whom it does not let wait for ever. */
#pragma once

void names_are_fixed_but_in_settings(void **state);
void attributes_can_be_set_to_what_they_are(void **state);
void only_settings_have_a_type(void **state);
void a_file_is_opened_as_its_mode_permits(void **state);
void a_second_writer_waits_for_the_first(void **state);
void who_waits_too_long_is_answered(void **state);
void at_the_end_the_chip_is_not_changed_any_more(void **state);
