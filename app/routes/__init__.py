"""The support routes of the regions, one TOML file a version; a file in force is never edited."""
