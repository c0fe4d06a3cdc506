-- grain: one row per plan, target, area, yardstick and period: what the alerter recorded of the values up to $moment.
-- The newest in the order of the log; one made under the plan in force goes before one of an older version.
SELECT
    a.plan_id, a.target_id, a.area_id, a.yardstick, a.period, a.status, a.reason,
    a.plan_hash = p.plan_hash AS is_of_plan_in_force
FROM stg_assessment AS a
JOIN dim_plan AS p USING (plan_id)
WHERE a.is_alerting AND a.cutoff_at <= CAST($moment AS TIMESTAMPTZ)
QUALIFY row_number() OVER (
    PARTITION BY a.plan_id, a.target_id, a.area_id, a.yardstick, a.period
    ORDER BY (a.plan_hash = p.plan_hash) DESC, a.source_no DESC, a.kafka_offset DESC
) = 1;
