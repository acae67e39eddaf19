/** A process with a guard, for lease-guard.spec.ts: it says over its channel when it has one, and does what it is told. */
import { LeaseGuard } from '../../nodes/runtime/lease-guard.ts';

const guard = new LeaseGuard();
process.on('message', (order: { feed?: number; since?: number; off?: true }) => {
  guard.feed(order.off ? undefined : order.feed, order.since);
  process.send?.('done');
});
process.on('disconnect', () => process.exit());
process.send?.('there');
