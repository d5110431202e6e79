# SPDX-License-Identifier: Apache-2.0
# contrib/examples/prometheus: textfile, alerts, dashboard.

load helpers

EXAMPLE=$ROOT/contrib/examples/prometheus

# metric_names [FILE...]: each name of ours once. A family's name stands alone.
metric_names() {
	grep -ohE 'nerveskey_[a-z_]+' "$@" | sort -u
}

@test "alerts: promtool has no complaint, and each alert fires and keeps still as it should" {
	run promtool check rules "$EXAMPLE/alerts.yml"
	assert_success
	run promtool test rules "$EXAMPLE/alerts-test.yml"
	assert_success
	# Each alert has a test.
	diff <(sed -n 's/^ *- alert: //p' "$EXAMPLE/alerts.yml" | sort) \
		<(grep -oE 'alertname: [A-Za-z]+' "$EXAMPLE/alerts-test.yml" |
			sed 's/.*: //' | sort -u)
}

@test "alerts and dashboard: their metrics are what a mount has" {
	new_chip 608b provisioned
	mount_chip
	metric_names "$MNT/metrics" >"$TMP/there"
	run comm -23 <(metric_names "$EXAMPLE/alerts.yml" \
		"$EXAMPLE/grafana-dashboard.json") "$TMP/there"
	assert_output ""
}

@test "dashboard: it is JSON, with a query in each panel" {
	run jq -e '.panels | length > 0 and
		all(.targets | length > 0 and all(.expr != ""))' \
		"$EXAMPLE/grafana-dashboard.json"
	assert_success
}

@test "nerveskey-textfile: promtool takes it, and each sample names the chip" {
	new_chip 608b provisioned
	mount_chip
	mkdir "$TMP/textfile"
	"$EXAMPLE/nerveskey-textfile" "$TMP/textfile" "$MNT"
	run ls "$TMP/textfile"
	assert_output "nerveskey-$(<"$MNT/chip/serial").prom"
	run promtool check metrics <"$TMP/textfile/$output"
	assert_success
	run bash -c "grep -v '^#' '$TMP/textfile/'* |
		grep -vF 'chip=\"$(<"$MNT/chip/serial")\"'"
	assert_output ""
}

@test "nerveskey-textfile: without a mount the old file stays" {
	mkdir "$TMP/textfile" "$MNT"
	run "$EXAMPLE/nerveskey-textfile" "$TMP/textfile" "$MNT"
	assert_failure
	run ls "$TMP/textfile"
	assert_output ""
}
