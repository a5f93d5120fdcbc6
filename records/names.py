"""Names inside a record's file. Files made once must be understood for decades: these never change."""

SEAL_FIELD = "OrganisationSeal"
ARCHIVE_FIELD = "ArchiveTimestamp"
CONTENT_FILE = "record.json"
SIGNATURES_FILE = "signatures.json"
ADDENDUM_FILE = "addendum.json"
