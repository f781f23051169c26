"""`manage.py register_documents FILE... [--frontend NAME]`."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commerce.core.errors import InvalidInput, Rejected
from schema.http.documents import DocumentPreparation
from schema.limits import configured_limits
from schema.persisted.manifest import read_manifest
from schema.persisted.services import register_documents


class Command(BaseCommand):
    """Exit code 0 if every file was registered, 1 if one was refused. A file is registered whole or not at all."""

    help = (
        "Register the documents of a frontend's build, so that it may send their ids: graphql-codegen's"
        " persisted-documents.json, Relay's map of queries, or Apollo's persisted-query manifest."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--frontend", default="", help="Whose documents these are, for the admin's screen.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Register each file and say what is new."""
        from schema import storefront

        core = storefront.schema._schema
        preparation = DocumentPreparation(core, configured_limits(), hide_suggestions=False)
        refused = 0
        for path in options["files"]:
            try:
                entries = read_manifest(path.read_bytes())
                report = register_documents(entries, preparation=preparation, frontend=options["frontend"])
            except OSError as error:
                reasons = [f"cannot be read: {error.strerror}"]
            except InvalidInput as error:
                reasons = [error.message]
            except Rejected as refusal:
                reasons = [error.message for error in refusal.errors]
            else:
                self.stdout.write(f"{path}: {report.added} documents registered, {report.known} known already.")
                continue
            refused += 1
            for reason in reasons:
                self.stderr.write(f"{path}: {reason}")
        if refused:
            raise CommandError(f"Nothing was registered from {refused} of {len(options['files'])} files.")
