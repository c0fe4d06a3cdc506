-- grain: one row per finding of the stored derivations of the slices looked up.
SELECT a.form_id, a.period, a.area_id, a.plan_hash, a.cutoff_at, a.unit_id, a.check_id, a.item_id, a.observed
FROM audit_outcome AS a
SEMI JOIN looked_up AS l USING (form_id, period, area_id, plan_hash);
