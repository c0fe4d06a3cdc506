"""What feeds in: turns anything into returns, checks the contract, sends, hands back receipts."""
