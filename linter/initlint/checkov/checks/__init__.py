"""The folder for checkov's `external-checks-dir`: checkov runs every file in it, so there is but one."""
