import { runChecks } from '../../lib/compliance/run-checks';
import { checkOf } from '../support/weakening';
import { policyWeakenings } from '../support/policy-weakening';
import { CHECKS } from '../../lib/compliance/catalogue';

const REVIEW = checkOf('access/access-is-as-reviewed');
const SEMANTIC = CHECKS.filter(({ id }) => (/^(?:access|hard)\//.test(id) && id !== REVIEW.id) || ['strength/records-cannot-be-deleted','strength/buckets-refuse-plain-connections','strength/messages-are-encrypted','strength/vaults-are-locked','strength/endpoints-are-private'].includes(id));

test('score', () => {
  const all = policyWeakenings('prod');
  console.log(all.length);
  const times: Record<string, number> = {};
  let byReview = 0; let bySem = 0; const missed: string[] = []; const unsem: string[] = [];
  for (const w of all) {
    let t = performance.now();
    const m = w.model();
    times.model = (times.model ?? 0) + performance.now() - t;
    t = performance.now();
    const [r] = runChecks(m, [REVIEW], '2026-11-25').results;
    times.review = (times.review ?? 0) + performance.now() - t;
    let s = false; 
    for (const c of SEMANTIC) { t = performance.now(); const [x] = runChecks(m, [c], '2026-11-25').results; times[c.id] = (times[c.id] ?? 0) + performance.now() - t; if (x!.verdict.state === 'unmet') { s = true; break; } if (x!.verdict.state === 'cannotTell') console.log(w.what, x!.verdict.reason); }
    if (r!.verdict.state === 'unmet') byReview++; else missed.push(w.what);
    if (s) bySem++; else unsem.push(w.what);
  }
  console.log(byReview, bySem, times);
  console.log(missed.join('\n'));
  require('fs').writeFileSync('/tmp/w/unsem.txt', unsem.join('\n'));
}, 200000);
