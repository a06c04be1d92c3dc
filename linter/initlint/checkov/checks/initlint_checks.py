"""What checkov runs: it registers one check for each rule."""

from initlint.checkov.adapter import register

register()
