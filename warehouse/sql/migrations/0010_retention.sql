-- grain: reading_hour one row per return, item and clock hour, reading_day one per return and item: what readings of a
-- form with rows by time come to, by the rule of the item's unit (sum or mean). closed_slice: one row per slice whose
-- readings were dropped after that; it stays derived as it is. None of them is part of the state hash.
CREATE TABLE reading_hour (
    return_row BIGINT NOT NULL,
    item_id VARCHAR NOT NULL,
    hour INTEGER NOT NULL,
    unit VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    value DECIMAL(28, 8),
    least DECIMAL(28, 8),
    most DECIMAL(28, 8),
    expected INTEGER NOT NULL,
    received INTEGER NOT NULL,
    valid INTEGER NOT NULL
);
CREATE TABLE reading_day (
    return_row BIGINT NOT NULL,
    item_id VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    value DECIMAL(28, 8),
    least DECIMAL(28, 8),
    most DECIMAL(28, 8),
    expected INTEGER NOT NULL,
    received INTEGER NOT NULL,
    valid INTEGER NOT NULL
);
CREATE TABLE closed_slice (
    form_id VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    area_id VARCHAR NOT NULL,
    last_tick DATE NOT NULL,
    cells BIGINT NOT NULL
);
