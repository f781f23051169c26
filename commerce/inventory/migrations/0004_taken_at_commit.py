"""What lets a transaction fail, so that it is repeated, when stock was taken by others first."""

from django.db import migrations

from commerce.core.migrations.statements import run


class Migration(migrations.Migration):
    dependencies = [("inventory", "0003_fewer_indexes")]

    operations = [
        run("""
CREATE FUNCTION inventory_require(boolean) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF NOT $1 THEN
        RAISE EXCEPTION 'others were quicker at this stock' USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN true;
END $$
"""),
    ]
