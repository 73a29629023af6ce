"""Money of orders: beyond the budget, forecast, results that are paid for, the invoice basis, cost by municipality."""
