import { listRecords, rowId } from './reading';
import { createOfPatient } from './writing';

/** The accounting of disclosures of one person's information: 164.528. */
export const listDisclosures = listRecords({
  resource: 'disclosure',
  functions: { admin: 'admin_list_disclosures' },
  orderedBy: 'disclosed_at',
  cursorClass: 'identity',
});

/** Enters a disclosure into the accounting; entries are never changed. */
export const createDisclosure = createOfPatient({
  resource: 'disclosure',
  name: 'admin_create_disclosure',
  fields: ['disclosed_at', 'recipient', 'data_classes', 'purpose'],
  values: (column) => [column('disclosed_at'), column('recipient'), column('data_classes'), column('purpose')],
  answer: (row) => ({ kind: 'answer', body: { id: rowId(row, 'id') } }),
});
