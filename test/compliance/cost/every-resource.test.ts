import { readEnvironments } from '../../../lib/compliance/assembly';
import { assumptionsFor } from '../../../lib/compliance/cost/assumptions';
import { costCard } from '../../../lib/compliance/cost/card';
import { PRICES } from '../../../lib/compliance/cost/prices';
import { ASSEMBLY_FOLDER } from '../../support/assembly';

test.each(readEnvironments(ASSEMBLY_FOLDER).map(({ name, stacks }) => ({ name, stacks })))(
  'every resource type of $name has a price, or a reason why it is free',
  ({ name, stacks }) => {
    const card = costCard(stacks.map(({ template }) => template), PRICES, assumptionsFor(name));
    expect(card.notPriced).toEqual([]);
    expect(card.rows.length).toBeGreaterThan(20);
  },
);
