"""Every rule as a checkov check.

checkov finds the resources and reports; the verdict is initlint's own. `checks/` is the folder that checkov is pointed
at. `adapter` makes checks of rules, `entity` says which block of which file checkov asks about, `answers` judges a
folder or a plan once, and `keys` names the place of a finding as checkov does.
"""
