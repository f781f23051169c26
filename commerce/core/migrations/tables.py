"""Migrations that make many tables."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations.state import ProjectState


class TablesMigration(Migration):
    """A migration whose models become known to Django together, and that leaves alone those that were there before.

    Django makes classes of every model that a new one is related to, again after each of them: with all models of a shop
    that took most of the time of its first start. Nothing that is merely added needs it. Models of one migration may
    refer to each other in a circle.

    For CreateModel, RunSQL and extensions only: each sees the models as they are after the whole migration.
    """

    def apply(
        self, project_state: ProjectState, schema_editor: BaseDatabaseSchemaEditor, collect_sql: bool = False
    ) -> ProjectState:
        """Make all tables; foreign keys and indexes follow when the last one stands."""
        before = project_state.clone()
        self._add_models(project_state)
        for operation in self.operations:
            operation.database_forwards(self.app_label, schema_editor, before, project_state)
        return project_state

    def unapply(
        self, project_state: ProjectState, schema_editor: BaseDatabaseSchemaEditor, collect_sql: bool = False
    ) -> ProjectState:
        """Drop them again. `project_state` is what stood before them."""
        after = project_state.clone()
        self._add_models(after)
        for operation in reversed(self.operations):
            operation.database_backwards(self.app_label, schema_editor, after, project_state)
        return project_state

    def _add_models(self, state: ProjectState) -> None:
        classes, known = state.apps, set(state.models)
        del state.apps  # models that are added to a state without classes are only noted
        for operation in self.operations:
            operation.state_forwards(self.app_label, state)
        classes.render_multiple([model for key, model in state.models.items() if key not in known])
        state.apps = classes
