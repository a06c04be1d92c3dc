"""values -> jobs: the normalised Container Apps job and whether it is an init job."""
