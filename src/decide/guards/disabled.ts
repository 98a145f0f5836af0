// A block with `disabled` = yes and nothing else turns responses off on the endpoint whose file it stands in: here the
// manager's own. Other endpoints have a file of their own. What would have run is still told.
import { managerId } from '../targets.ts';
import type { Guard } from './guard.ts';

export const disabledGuard: Guard = {
  name: 'disabled',
  check: ({ responsesDisabled, whereabouts }) =>
    responsesDisabled && whereabouts.agents.some((id) => id === managerId)
      ? 'a block with disabled = yes and nothing else turns responses off on the manager'
      : undefined,
};
