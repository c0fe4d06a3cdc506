"""The HTTP door: keys per reporting unit, receipts that hold, what became of each return.

A request goes through these modules in this order: `door` (limits), `routes_*` (HTTP), `intake` (key, contract),
`store` and `spool` (durable), then `drainer` (Kafka); `outcomes` brings back what became of it.
"""
