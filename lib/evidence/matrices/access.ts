import { accessMatrixOf } from '../../compliance/access/matrix';
import type { Matrix } from '../matrix';

/** Who can come to do what to which store: 164.308(a)(4), 164.312(a)(1). */
export const accessMatrix: Matrix = {
  name: 'access',
  title: 'Access: principal by action by store, all policies taken together',
  columns: ['store', 'type', 'principal', 'does', 'action', 'conditions'],
  rowsOf: (environment) =>
    accessMatrixOf(environment).map(({ store, type, principal, verb, action, conditions }) => [
      store,
      type,
      principal,
      verb,
      action,
      conditions.join(' and '),
    ]),
};
